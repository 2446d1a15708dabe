import type { ClockOptions } from './exchange-clock';
import type { MarketTiming } from './market/market-timing';
import type { ConnectionLimits } from './stream/connection-limits';

/** Everything has the exchange's own value where it is left out. */
export interface ExchangeOptions {
  /** Port of both REST and streams; 0 takes a free one. */
  readonly port?: number;
  readonly host?: string;
  /** Seed of the generated market. */
  readonly seed?: number;
  /** How many symbols the generated market lists. */
  readonly symbols?: number;
  /** Recorded candles or trades instead of a generated market. */
  readonly replay?: ReplayOptions;
  readonly clock?: ClockOptions;
  readonly timing?: Partial<MarketTiming>;
  readonly limits?: Partial<Omit<ConnectionLimits, 'pings'>>;
  readonly tickerPeriodMs?: number;
  readonly restWeightPerMinute?: number;
  /** Requests beyond the weight limit that are answered 429 before the address is banned. */
  readonly refusalsBeforeBan?: number;
  readonly banMs?: number;
  /** Offer permessage-deflate. Default false. */
  readonly compression?: boolean;
}

export interface ReplayOptions {
  /** A directory with `klines/` and `ws/`, or one recording. */
  readonly path: string;
  /** Part of the name of the recording to play; without it the candle file with the most symbols. */
  readonly set?: string;
  /** The interval a recorded candle is played as, one after another. Default 1m. */
  readonly playAs?: '1m' | '1s';
  /** How many recorded candles are history when the exchange starts. Default half of them, 500 at most. */
  readonly history?: number;
}
