import type { Interval } from '../market/interval';

/** What the user writes: a function body over `(ticker, timeframes, helpers)` and what it needs to run. */
export interface TraderFilter {
  readonly code: string;
  /** The trader is screened at each close of this interval. */
  readonly refreshInterval: Interval;
  /** Intervals the filter reads; always holds `refreshInterval`. */
  readonly requiredTimeframes: readonly Interval[];
  /** Closed candles each timeframe must hold; a symbol with fewer is skipped as `insufficient_history`. */
  readonly minCandles: number;
  /** Append the candle that is still open to the columns. */
  readonly includeOpenCandle: boolean;
}

/** A trader that passed validation. */
export interface Trader {
  readonly id: string;
  readonly name: string;
  readonly isBuiltIn: boolean;
  readonly filter: TraderFilter;
  /** Changes whenever the filter does, not with the name; no two traders share one. Workers key compiled filters by it. */
  readonly revision: string;
}
