import type { Interval } from '../../src/market/interval';
import type { Candle } from '../../src/market/kline';
import type { Print } from './candle';

export type SymbolStatus = 'TRADING' | 'HALT' | 'BREAK' | 'END_OF_DAY' | 'CANCEL_ONLY';

/** Where one symbol's prices come from: a generator or a recording. Times are the exchange's, epoch ms. */
export interface SymbolFeed {
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  /** Smallest price step. */
  readonly tickSize: number;
  /** undefined before the listing. */
  status(timeMs: number): SymbolStatus | undefined;
  /** Whether the exchange has the base candle that opens then; false in an outage or outside the listing. */
  exists(openTimeMs: number): boolean;
  /** The prints of one base candle, in order of time. */
  prints(openTimeMs: number): readonly Print[];
  /** A base candle as it was recorded: what its close must say, whatever adding up its prints gives. */
  recorded?(openTimeMs: number): Candle | undefined;
  /** Price of the last trade before `timeMs`. */
  priceAt(timeMs: number): number;
  /** Candles with `fromOpenMs <= open time <= toOpenMs`, complete, oldest first, holes left out. */
  history(interval: Interval, fromOpenMs: number, toOpenMs: number): Candle[];
  /** The part before `untilMs` of a candle that is open then; undefined when nothing of it existed. */
  head(interval: Interval, openTimeMs: number, untilMs: number): Candle | undefined;
}
