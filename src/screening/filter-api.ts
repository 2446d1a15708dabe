/**
 * What a filter sees. A filter is a function body over `(ticker, timeframes, helpers)` that returns
 * `boolean | { match: boolean, conditions?: string[] }`. It runs once per symbol, synchronously, in a realm of its own:
 * no `require`, `process`, timers, network, `import()`, `eval` or `Function(text)`; `console` is silent. It is sloppy
 * mode code unless it says 'use strict'. Built-in prototypes are frozen; globals it makes live as long as its worker.
 */

/** A column, or any list of numbers. */
export type Series = ArrayLike<number>;

/** One interval's candles as columns of equal length, oldest first. Valid during the call only: copy what you keep. */
export interface Timeframe {
  readonly interval: string;
  readonly length: number;
  /** Epoch ms. */
  readonly openTime: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** In the base asset. */
  readonly volume: Float64Array;
  readonly quoteVolume: Float64Array;
  readonly trades: Float64Array;
  readonly takerBuyBase: Float64Array;
  readonly takerBuyQuote: Float64Array;
}

/** By interval: `timeframes['5m']`. Holds exactly the trader's required timeframes. */
export type Timeframes = Readonly<Record<string, Timeframe>>;

/**
 * The rolling 24 h figures: the exchange's one-letter fields as strings, the same as numbers under long names.
 * Before the first ticker of a symbol `arrived` is false, `last` is the newest close and all else is NaN.
 */
export interface Ticker {
  readonly s: string;
  /** Change in per cent, three decimals. */
  readonly P: string;
  readonly p: string;
  readonly c: string;
  readonly o: string;
  readonly h: string;
  readonly l: string;
  readonly v: string;
  readonly q: string;
  /** Event time, epoch ms. */
  readonly E: number;
  readonly arrived: boolean;
  readonly symbol: string;
  readonly last: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly volume: number;
  readonly quoteVolume: number;
  readonly changePercent: number;
}

/** Longer lists and texts are cut: at most 20 conditions of 200 characters. */
export type FilterReturn = boolean | { readonly match: boolean; readonly conditions?: readonly string[] };

/** Binance's kline array: prices and volumes as strings. */
export type KlineTuple = readonly [
  openTime: number,
  open: string,
  high: string,
  low: string,
  close: string,
  volume: string,
  closeTime: number,
  quoteVolume: string,
  trades: number,
  takerBuyBase: string,
  takerBuyQuote: string,
  ignored: '0',
];

/**
 * Indicators. Each series has the length of its source and is NaN where there is no value yet, so that a comparison
 * with it is false. `source` is a column, any list of numbers, or a timeframe (its closes).
 */
export interface FilterHelpers {
  /** The value `back` places before the newest; NaN where there is none. */
  last(series: Series, back?: number): number;
  sma(source: Source, period?: number): Float64Array;
  /** Seeded with the simple average of the first `period` values. */
  ema(source: Source, period?: number): Float64Array;
  /** Linearly weighted, the newest value heaviest. */
  wma(source: Source, period?: number): Float64Array;
  /** Wilder's: smoothed by 1/period after a simple average. 100 without losses, 50 without any change. */
  rsi(source: Source, period?: number): Float64Array;
  /** 0 to 100. `k` and `d` are simple averages over `smoothK` and `smoothD`. */
  stochRsi(
    source: Source,
    period?: number,
    stochPeriod?: number,
    smoothK?: number,
    smoothD?: number,
  ): Lines<'k' | 'd'>;
  macd(source: Source, fast?: number, slow?: number, signal?: number): Lines<'macd' | 'signal' | 'histogram'>;
  /** Wilder's directional movement. */
  adx(timeframe: Timeframe, period?: number): Lines<'adx' | 'plusDi' | 'minusDi'>;
  /** Wilder's average true range. */
  atr(timeframe: Timeframe, period?: number): Float64Array;
  stochastic(timeframe: Timeframe, period?: number, smoothD?: number, smoothK?: number): Lines<'k' | 'd'>;
  /** Bands at `deviations` population standard deviations. */
  bollinger(source: Source, period?: number, deviations?: number): Lines<'upper' | 'middle' | 'lower'>;
  /** Over the last `period` candles, of the typical price; without a period over all candles so far. */
  vwap(timeframe: Timeframe, period?: number): Float64Array;
  highest(source: Source, period?: number): Float64Array;
  lowest(source: Source, period?: number): Float64Array;
  /** Simple average of a volume column, or of a timeframe's volume. */
  averageVolume(source: Source, period?: number): Float64Array;
  obv(timeframe: Timeframe): Float64Array;
  /** Positive volume index, from 1000: moves with the close where volume rose. */
  pvi(timeframe: Timeframe): Float64Array;
  mfi(timeframe: Timeframe, period?: number): Float64Array;
  /** Commodity channel index: typical price against its average, in 0.015 mean deviations. */
  cci(timeframe: Timeframe, period?: number): Float64Array;
  /** -100 to 0. */
  williamsR(timeframe: Timeframe, period?: number): Float64Array;
  /** Change against `period` values before, in per cent. */
  rateOfChange(source: Source, period?: number): Float64Array;
  /** Whether the newest two candles form an engulfing pattern. */
  engulfing(timeframe: Timeframe): 'bullish' | 'bearish' | null;
  /** Compares the extremes of the newer and the older half of the last `lookback` values. */
  divergence(price: Source, indicator: Series, lookback?: number): 'bullish' | 'bearish' | null;
  rsiDivergence(source: Source, period?: number, lookback?: number): 'bullish' | 'bearish' | null;
  /** Whether `a` rose through `b` with the newest value. `b` may be a level. */
  crossedAbove(a: Series, b: Series | number): boolean;
  crossedBelow(a: Series, b: Series | number): boolean;
  /** The candles as Binance's 12-tuples, for filters written against those. */
  toTuples(timeframe: Timeframe): KlineTuple[];
}

export type Source = Series | Timeframe;
export type Lines<Name extends string> = Readonly<Record<Name, Float64Array>>;
