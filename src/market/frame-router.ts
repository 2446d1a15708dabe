import type { LogLimiter } from '../log-limiter';
import type { ExchangeClock } from './exchange-clock';
import type { Frame } from './frame';
import { readFrame } from './frame';
import type { MarketData } from './market-data';
import { ParseError } from './parse-error';

/** The stages' instruments, as far as frames concern them. */
export interface FrameObserver {
  frameReceived(latencyMs: number): void;
  parseFailed(symbol: string): void;
}

/** From text to store: reads each frame, counts it by type, and puts its data where they belong. */
export class FrameRouter {
  readonly counts: Record<Frame['type'], number> = {
    kline: 0,
    ticker: 0,
    control: 0,
    server_shutdown: 0,
    unknown: 0,
  };
  private readonly isFollowed: (symbol: string) => boolean;

  constructor(
    private readonly market: MarketData,
    private readonly clock: ExchangeClock,
    private readonly observer: FrameObserver,
    private readonly log: LogLimiter,
  ) {
    this.isFollowed = (symbol) => market.tickers.has(symbol);
  }

  /** @returns undefined for a frame that could not be read; it is counted and logged */
  receive(text: string): Frame | undefined {
    const nowMs = Date.now();
    try {
      const frame = readFrame(text, nowMs, this.isFollowed);
      this.counts[frame.type]++;
      this.apply(frame, nowMs);
      return frame;
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      this.counts[error.kind]++;
      this.malformed(error);
      return undefined;
    }
  }

  /** Data that cannot be used, from a stream or from REST: the symbol goes on with its next event. */
  malformed(error: ParseError): void {
    const known = error.symbol !== undefined && this.market.slotOf(error.symbol) !== undefined;
    this.observer.parseFailed(known ? error.symbol! : 'unknown');
    const fields = { symbol: error.symbol, reason: error.reason };
    this.log.warn(
      `malformed ${error.kind} ${error.reason}`,
      fields,
      `Binance sent ${error.message}; it is dropped`,
    );
  }

  private apply(frame: Frame, nowMs: number): void {
    if (frame.type === 'kline') {
      this.clock.seen(frame.update.eventTimeMs, nowMs);
      this.observer.frameReceived(nowMs - frame.update.eventTimeMs);
      this.market.candles.apply(frame.update, nowMs);
    } else if (frame.type === 'ticker') {
      for (const update of frame.updates) this.market.tickers.apply(update);
      for (const error of frame.errors) this.malformed(error);
    } else if (frame.type === 'unknown') {
      this.log.warn(
        'unknown event',
        { event: frame.event },
        `Binance sent an event of unknown type ${frame.event}`,
      );
    }
  }
}
