/**
 * Candles and tickers in shared memory: main writes, filter workers read, nobody copies through messages.
 *
 * Every slot (one symbol) has a revision counter, used as a sequence lock: the one writer makes it odd before it
 * touches the slot and even afterwards; a reader copies, then checks that the revision was even and did not move.
 */
import type { Interval } from './interval';

export const CANDLE_COLUMNS = [
  'openTime',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'quoteVolume',
  'trades',
  'takerBuyBase',
  'takerBuyQuote',
] as const;

export const TICKER_COLUMNS = ['eventTime', 'last', 'open', 'high', 'low', 'volume', 'quoteVolume'] as const;

/** Int32 header fields of a slot. `start`..`start+closed` are the closed candles; an open one stands right after. */
export const HEADER = { revision: 0, start: 1, closed: 2, hasOpen: 3, size: 4 } as const;

/** One interval's candles for every symbol slot. Plain data: posted to workers as it is. */
export interface CandleTable {
  readonly interval: Interval;
  readonly slots: number;
  /** Candles a column of one slot has room for; more than `window`, so that appending seldom moves memory. */
  readonly capacity: number;
  /** Closed candles kept at most. */
  readonly window: number;
  readonly header: SharedArrayBuffer;
  readonly columns: SharedArrayBuffer;
}

/** The 24 h tickers for every symbol slot. Header per slot: the revision alone. */
export interface TickerTable {
  readonly slots: number;
  readonly header: SharedArrayBuffer;
  readonly columns: SharedArrayBuffer;
}

/** Room beyond the window before the closed candles are moved back to the front of their column. */
const SLACK = 64;

export function allocateCandleTable(interval: Interval, slots: number, window: number): CandleTable {
  const capacity = window + SLACK;
  return {
    interval,
    slots,
    capacity,
    window,
    header: new SharedArrayBuffer(slots * HEADER.size * Int32Array.BYTES_PER_ELEMENT),
    columns: new SharedArrayBuffer(slots * CANDLE_COLUMNS.length * capacity * Float64Array.BYTES_PER_ELEMENT),
  };
}

export function allocateTickerTable(slots: number): TickerTable {
  return {
    slots,
    header: new SharedArrayBuffer(slots * Int32Array.BYTES_PER_ELEMENT),
    columns: new SharedArrayBuffer(slots * TICKER_COLUMNS.length * Float64Array.BYTES_PER_ELEMENT),
  };
}

/** Index of a column's first element in `columns`, for one slot. */
export function columnOffset(table: CandleTable, slot: number, column: number): number {
  return (slot * CANDLE_COLUMNS.length + column) * table.capacity;
}
