/** What main and a filter worker say to each other. Plain data only: everything here crosses a thread. */
import type { CandleTable, TickerTable } from '../market/shared-columns';

export interface FilterTask {
  readonly taskId: number;
  readonly traderId: string;
  /** Trader revision: the key of the worker's compiled filter. */
  readonly revision: string;
  readonly code: string;
  readonly timeframes: readonly TimeframeTask[];
  readonly tickers: TickerTable;
  /** Symbols to screen and, at the same index, their slots in every table. */
  readonly symbols: readonly string[];
  readonly slots: Int32Array;
  readonly minCandles: number;
  readonly includeOpenCandle: boolean;
  /** W3C trace context of the execution, for whatever looks at workers; absent where nobody collects traces. */
  readonly traceparent?: string;
}

/** Instead of a reply: the worker's filters hold more than they may, and it waits to be replaced. */
export interface MemoryReply {
  readonly taskId: number;
  readonly kind: 'memory';
}

/** What a worker is given when it starts. */
export interface WorkerSettings {
  /** What its filters may hold together. */
  readonly memoryMb: number;
  /** One Int32: counts the symbols the worker has begun, so that main can tell which worker is stuck in one. */
  readonly progress: SharedArrayBuffer;
}

export interface TimeframeTask {
  readonly table: CandleTable;
  /** Open time of the newest closed candle at the cycle's boundary; an older newest candle is stale data. */
  readonly expectedOpenMs: number;
}

/** One symbol's outcome, as an index into this list. Everything but the first two gave no verdict. */
export const VERDICTS = [
  'no_match',
  'match',
  'no_data',
  'insufficient_history',
  'stale_data',
  'error',
  'bad_return',
] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface SymbolMatch {
  /** Index into the task's symbols. */
  readonly index: number;
  readonly price: number;
  readonly changePercent: number | null;
  readonly quoteVolume: number | null;
  readonly conditions: readonly string[];
}

/** The first thing that went wrong with a symbol, for the log. Never holds filter code. */
export interface SymbolFault {
  readonly symbol: string;
  readonly verdict: 'error' | 'bad_return';
  readonly message: string;
}

export type FilterReply = {
  readonly taskId: number;
  /** Epoch ms with fractions, on the shared monotonic clock (`performance.timeOrigin + performance.now()`). */
  readonly startedAtMs: number;
  /** 0 where this worker had compiled the filter before. */
  readonly compileMs: number;
  readonly runMs: number;
} & (
  | { readonly kind: 'compile_error'; readonly message: string }
  | {
      readonly kind: 'evaluated';
      /** One index into `VERDICTS` per symbol. */
      readonly verdicts: Uint8Array;
      readonly matches: readonly SymbolMatch[];
      readonly firstFault: SymbolFault | null;
      /** Close time of the newest closed candle that any evaluated symbol's refresh timeframe held; null if none. */
      readonly newestCloseMs: number | null;
    }
);
