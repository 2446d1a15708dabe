import { join } from 'node:path';
import { pino } from 'pino';
import type { Interval } from '../../src/market/interval';
import {
  allocateCandleTable,
  allocateTickerTable,
  CANDLE_COLUMNS,
  type CandleTable,
  columnOffset,
  HEADER,
  TICKER_COLUMNS,
} from '../../src/market/shared-columns';
import type { FilterOrder } from '../../src/screening/filter-runner';
import type { FilterReply, Verdict } from '../../src/screening/messages';
import { VERDICTS } from '../../src/screening/messages';

/** Filters run from the build: workers and their realm do not go through the test's own transform. */
export const BUILT = join(__dirname, '../../dist/src');
export const WORKER_FILE = join(BUILT, 'screening/filter-worker.js');

export const MINUTE = 60_000;
export const CANDLES = 120;
/** Open time of the newest candle that `fillSlot` writes for `1m`. */
export const NEWEST_OPEN = (CANDLES - 1) * MINUTE;

export interface LogLine {
  readonly level: number;
  readonly msg: string;
}

export function captureLog() {
  const lines: LogLine[] = [];
  const log = pino(
    { level: 'trace' },
    { write: (line: string) => void lines.push(JSON.parse(line) as LogLine) },
  );
  return { log, lines };
}

/** Closed candles with known values: the close of candle i is 100 + i + slot. */
export function fillSlot(table: CandleTable, slot: number, count = CANDLES, open = false): void {
  const header = new Int32Array(table.header);
  const columns = new Float64Array(table.columns);
  header[slot * HEADER.size + HEADER.revision] = 2;
  header[slot * HEADER.size + HEADER.closed] = count;
  header[slot * HEADER.size + HEADER.hasOpen] = open ? 1 : 0;
  for (let index = 0; index < count + (open ? 1 : 0); index++) {
    CANDLE_COLUMNS.forEach((name, column) => {
      const value =
        name === 'openTime' ? index * MINUTE : 100 + index + slot + (name === 'close' ? 0 : column / 100);
      columns[columnOffset(table, slot, column) + index] = value;
    });
  }
}

export function orderFor(
  code: string,
  symbols = ['BTCUSDT'],
  intervals: readonly Interval[] = ['1m'],
): FilterOrder {
  const tables = intervals.map((interval) => allocateCandleTable(interval, symbols.length, CANDLES));
  for (const table of tables) for (const slot of symbols.keys()) fillSlot(table, slot);
  const tickers = allocateTickerTable(symbols.length);
  const values = new Float64Array(tickers.columns);
  symbols.forEach((_, slot) => {
    values.set([1000, 110, 100, 120, 90, 5, 550], slot * TICKER_COLUMNS.length);
  });
  return {
    traderId: `trader of ${code.slice(0, 30)}`,
    revision: code,
    code,
    timeframes: tables.map((table) => ({ table, expectedOpenMs: NEWEST_OPEN })),
    tickers,
    symbols,
    slots: Int32Array.from(symbols, (_, slot) => slot),
    minCandles: 1,
    includeOpenCandle: false,
  };
}

export function verdictsOf(reply: FilterReply | { kind: 'failed' }): Verdict[] {
  if (reply.kind !== 'evaluated') throw new Error(`not evaluated: ${JSON.stringify(reply)}`);
  return Array.from(reply.verdicts, (index) => VERDICTS[index]!);
}
