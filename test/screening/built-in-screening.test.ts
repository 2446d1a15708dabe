import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Interval } from '../../src/market/interval';
import {
  allocateCandleTable,
  CANDLE_COLUMNS,
  type CandleTable,
  columnOffset,
  HEADER,
} from '../../src/market/shared-columns';
import { lastClosedOpenTime } from '../../src/screening/cycle';
import { FilterPool } from '../../src/screening/filter-pool';
import { compileFilter } from '../../src/screening/filter-source';
import { WorkerTelemetry } from '../../src/telemetry/worker-telemetry';
import { BUILT_IN_TRADERS } from '../../src/traders/built-in-traders';
import { validateTrader } from '../../src/traders/validation';
import { capturedLog } from '../support/captured-log';
import { testMeter } from '../support/metrics';
import { BOUNDARY_MS, screeningBench } from '../support/screening';
import { ROOT } from '../support/source-files';
import { trader } from '../support/traders';

const MINUTES: Record<string, number> = { '1m': 1, '5m': 5, '15m': 15 };
const CANDLES = 60;

/** Puts candles that end at the boundary into a slot, as the market does. */
function fill(table: CandleTable, slot: number, closes: readonly number[], lastVolume: number): void {
  const columns = new Float64Array(table.columns);
  const newestMs = lastClosedOpenTime(table.interval, BOUNDARY_MS);
  closes.forEach((close, index) => {
    const open = closes[index - 1] ?? close;
    const [high, low] = [Math.max(open, close), Math.min(open, close)];
    const openTime = newestMs - (closes.length - 1 - index) * MINUTES[table.interval]! * 60_000;
    const volume = index === closes.length - 1 ? lastVolume : 100;
    const candle: Record<string, number> = { openTime, open, high, low, close, volume };
    CANDLE_COLUMNS.forEach((name, column) => {
      columns[columnOffset(table, slot, column) + index] = candle[name] ?? 0;
    });
  });
  new Int32Array(table.header)[slot * HEADER.size + HEADER.closed] = closes.length;
}

const path = (close: (index: number) => number) =>
  Array.from({ length: CANDLES }, (_, index) => close(index));
const calm = path((index) => 100 + (index % 2 === 0 ? 0.1 : -0.1));
const falling = path((index) => 100 - index * 0.2 + (index % 5 === 0 ? 0.3 : 0));
const rising = path((index) => 100 + index * 0.2 - (index % 5 === 0 ? 0.3 : 0));
const turning = [...path((index) => 130 - 0.02 * index * index).slice(0, -2), 62, 95];

/** One symbol for each built-in trader, and one for none. */
const MARKET: Record<string, { closes: Partial<Record<Interval, number[]>>; lastVolume?: number }> = {
  FALLUSDT: { closes: { '1m': falling, '5m': falling } },
  BREAKUSDT: { closes: { '1m': [...calm.slice(1), 101] } },
  SPIKEUSDT: { closes: { '1m': [...calm.slice(1, -1), 100.1, 99.95, 100.05] }, lastVolume: 900 },
  TURNUSDT: { closes: { '1m': turning, '5m': rising, '15m': path(() => 50) } },
  CALMUSDT: { closes: {} },
};

const pool = new FilterPool(
  {
    workers: 1,
    timeoutMs: 30_000,
    memoryMb: 64,
    workerFile: join(ROOT, 'dist/src/screening/filter-worker.js'),
  },
  new WorkerTelemetry(testMeter().meter),
  capturedLog().log,
);
beforeAll(() => pool.start());
afterAll(() => pool.stop());

function builtIns() {
  return BUILT_IN_TRADERS.map((row) => {
    const result = validateTrader(row, compileFilter, { maxCandles: 500 });
    if (!result.ok) throw new Error(result.reason);
    return result.trader;
  });
}

function bench(traders = builtIns()) {
  const symbols = Object.keys(MARKET);
  const made = screeningBench(traders, symbols, { pool });
  for (const interval of ['1m', '5m', '15m'] as const) {
    const table = allocateCandleTable(interval, symbols.length, CANDLES);
    made.market.tables.set(interval, table);
    Object.values(MARKET).forEach(({ closes, lastVolume }, slot) => {
      fill(table, slot, closes[interval] ?? calm, lastVolume ?? 100);
    });
  }
  return made;
}

describe('the built-in traders in the real filter workers', () => {
  it('each find the symbol that does what they are named for', async () => {
    const { screener, signals, records, lines } = bench();
    await screener.runCycle('1m', BOUNDARY_MS);
    expect(records.map(({ errorType, evaluated }) => [errorType, evaluated])).toEqual(
      records.map(() => [null, 5]),
    );
    expect(lines('warn')).toEqual([]);
    const found = signals.map(({ traderName, symbol }) => `${traderName}: ${symbol}`);
    expect(found).toEqual(
      expect.arrayContaining([
        'RSI Oversold: FALLUSDT',
        'Momentum Break: BREAKUSDT',
        'Volume Spike: SPIKEUSDT',
        'Triple-Indicator: TURNUSDT',
      ]),
    );
    expect(found.filter((text) => text.endsWith('CALMUSDT'))).toEqual([]);
    for (const { conditions } of signals) expect(conditions.length).toBeGreaterThan(1);
  });

  it('leave their neighbours alone: a filter that throws and one that returns nothing fail by themselves', async () => {
    const faulty = [
      trader('throws', { code: 'return ticker.missing.field;' }),
      trader('silent', { code: 'const rsi = 1;' }),
    ];
    const { screener, records, lines } = bench([...faulty, ...builtIns()]);
    await screener.runCycle('1m', BOUNDARY_MS);
    const outcome = Object.fromEntries(records.map(({ traderId, errorType }) => [traderId, errorType]));
    expect(outcome).toMatchObject({ throws: 'runtime', silent: 'bad_return' });
    expect(records.filter(({ errorType }) => errorType === null)).toHaveLength(4);
    expect(lines('error')).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /Trader throws": execution_errors\{error_type="runtime"\}: .* for 5 of 5 symbols \(first: FALLUSDT\)/,
        ),
        expect.stringMatching(
          /Trader silent": execution_errors\{error_type="bad_return"\}: .*undefined.* for 5 of 5 symbols/,
        ),
      ]),
    );
  });
});
