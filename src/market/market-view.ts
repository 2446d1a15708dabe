import type { Interval } from './interval';
import type { Candle } from './kline';
import type { CandleTable, TickerTable } from './shared-columns';

/** How far the closes of one interval boundary have come in. */
export interface CloseCount {
  /** Series of the interval that the machine subscribes to. */
  readonly expected: number;
  /** Those whose candle that ended at the boundary is stored. */
  readonly arrived: number;
}

/** What screening and analysis may know of the market. */
export interface MarketView {
  /** The exchange's clock, epoch ms: candles end by it, not by this machine's. */
  now(): number;
  /** The symbols the machine subscribes to, most traded first. A new array whenever the universe changes. */
  symbols(): readonly string[];
  /** The symbol's slot in every table; undefined for a symbol that is not subscribed. */
  slotOf(symbol: string): number | undefined;
  candleTable(interval: Interval): CandleTable | undefined;
  tickerTable(): TickerTable;
  closesAt(interval: Interval, boundaryMs: number): CloseCount;
  /** Called after each closed candle that came in live. @returns an unsubscribe function */
  onClose(listener: (interval: Interval, boundaryMs: number) => void): () => void;
  /** The newest closed candles, oldest first. */
  recentCandles(symbol: string, interval: Interval, count: number): readonly Candle[];
}
