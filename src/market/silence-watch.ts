import type { LogLimiter } from '../log-limiter';
import type { CandleSeries } from './candle-series';
import { SilentStreams } from './silent-streams';

interface Pool {
  isSubscribed(stream: string): boolean;
  resubscribe(streams: readonly string[]): void;
}

/** Names silent streams in the log, subscribes them once more, and passes the suspicion on. */
export class SilenceWatch {
  private readonly streams: SilentStreams;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly allowanceMs: number,
    private readonly series: () => Iterable<CandleSeries>,
    private readonly pool: Pool,
    private readonly suspect: () => void,
    private readonly log: LogLimiter,
  ) {
    this.streams = new SilentStreams(allowanceMs);
  }

  /** Streams that are silent now. */
  get count(): number {
    return this.streams.count;
  }

  isNoticed(series: CandleSeries): boolean {
    return this.streams.isNoticed(series);
  }

  start(): void {
    this.timer = setInterval(() => this.check(), Math.max(50, this.allowanceMs / 4));
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private check(): void {
    const subscribed = [...this.series()].filter(({ stream }) => this.pool.isSubscribed(stream));
    const silent = this.streams.check(subscribed, Date.now());
    if (silent.length === 0) return;
    const streams = silent.map(({ stream }) => stream);
    this.log.warn('silent streams', { streams: streams.slice(0, 100) }, sentence(streams));
    this.pool.resubscribe(streams);
    this.suspect();
  }
}

function sentence(streams: readonly string[]): string {
  const named = streams.slice(0, 5).join(', ');
  const rest = streams.length > 5 ? ` and ${streams.length - 5} more` : '';
  return `Binance acknowledged ${named}${rest} but sends nothing: subscribing once more, asking whether they still trade`;
}
