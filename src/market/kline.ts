import type { Interval } from './interval';

/** One candle. Times are epoch milliseconds, prices and volumes plain numbers. */
export interface Candle {
  readonly openTimeMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly quoteVolume: number;
  readonly trades: number;
  readonly takerBuyBase: number;
  readonly takerBuyQuote: number;
}

/** One event of a kline stream. */
export interface KlineUpdate {
  readonly symbol: string;
  readonly interval: Interval;
  /** When the exchange sent it; never the candle's open time. */
  readonly eventTimeMs: number;
  readonly candle: Candle;
  readonly closed: boolean;
}

/** One symbol's rolling 24 h figures. */
export interface TickerUpdate {
  readonly symbol: string;
  readonly eventTimeMs: number;
  readonly last: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly volume: number;
  readonly quoteVolume: number;
}
