import type { BackoffOptions } from '../backoff';

/** What the operator sets. Times in milliseconds. */
export interface FeedSettings {
  readonly wsUrl: string;
  readonly restUrl: string;
  readonly symbolCount: number;
  /** Closed candles kept per series. */
  readonly candleWindow: number;
  /** An open connection that says nothing for this long is replaced. */
  readonly silenceMs: number;
}

/** What the exchange's rules set; tests scale it down. Times in milliseconds. */
export interface FeedTuning {
  readonly maxStreamsPerConnection: number;
  /** The exchange cuts every connection after 24 h. */
  readonly renewAfterMs: number;
  readonly subscribeIntervalMs: number;
  readonly ackTimeoutMs: number;
  readonly handshakeTimeoutMs: number;
  readonly closeTimeoutMs: number;
  readonly backoff: BackoffOptions;
  /** How long to stay away when the exchange refuses this address without saying for how long. */
  readonly banMs: number;
  readonly restTimeoutMs: number;
  readonly weightPerMinute: number;
  readonly backfillConcurrency: number;
  readonly repairDelayMs: number;
  readonly universeRefreshMs: number;
  /** Silence of a single acknowledged stream of one minute or less that is worth a warning. */
  readonly silentStreamMs: number;
}

export type FeedOptions = FeedSettings & Partial<FeedTuning>;

const DEFAULTS: FeedTuning = {
  maxStreamsPerConnection: 1024,
  renewAfterMs: 23 * 3_600_000,
  subscribeIntervalMs: 300,
  ackTimeoutMs: 10_000,
  handshakeTimeoutMs: 10_000,
  closeTimeoutMs: 500,
  backoff: { baseMs: 1000, capMs: 30_000 },
  banMs: 60_000,
  restTimeoutMs: 10_000,
  weightPerMinute: 6000,
  backfillConcurrency: 8,
  repairDelayMs: 2000,
  universeRefreshMs: 3_600_000,
  silentStreamMs: 120_000,
};

export function withDefaults(options: FeedOptions): Readonly<FeedSettings & FeedTuning> {
  return Object.freeze({ ...DEFAULTS, ...options });
}
