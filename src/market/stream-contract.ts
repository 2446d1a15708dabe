import type { Backoff } from '../backoff';
import type { Logger } from '../log';
import type { ConnectSpan } from '../telemetry/spans-market';
import type { AttemptGate } from './attempt-gate';
import type { Frame } from './frame';
import type { ConnectionOptions } from './stream-options';

/** How a stream came to be subscribed: `reconnect` means that candles may have passed unseen. */
export type SubscriptionCause = 'first' | 'reconnect' | 'renewal';

export interface ConnectionListener {
  received(text: string): Frame | undefined;
  acknowledged(streams: readonly string[], cause: SubscriptionCause): void;
  refused(stream: string, reason: string): void;
}

/** What a lifetime has from its connection. */
export interface LifetimeContext {
  readonly options: ConnectionOptions;
  readonly gate: AttemptGate;
  readonly backoff: Backoff;
  readonly listener: ConnectionListener;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Position among its siblings: renewals are staggered by it. */
  readonly number: number;
  name(): string;
  wanted(): ReadonlySet<string>;
  /** A socket is about to be opened. */
  attempting(cause: SubscriptionCause): ConnectSpan | undefined;
  /** A socket took over, fully subscribed. */
  adopted(): void;
}
