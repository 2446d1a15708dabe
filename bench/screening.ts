/** B5: what the pool adds to the filters themselves: 500 symbols, 50 traders, 500 candles, 6 intervals each. */
import { createNoopMeter } from '@opentelemetry/api';
import { pino } from 'pino';
import type { Interval } from '../src/market/interval';
import type { MarketData } from '../src/market/market-data';
import { CANDLE_COLUMNS, columnOffset, HEADER } from '../src/market/shared-columns';
import { cycleAt, orderFor } from '../src/screening/cycle';
import { FilterPool } from '../src/screening/filter-pool';
import type { FilterOrder } from '../src/screening/filter-runner';
import { HELPERS } from '../src/screening/realm/filter-helpers';
import { startSymbol } from '../src/screening/realm/memory-budget';
import { WorkerTelemetry } from '../src/telemetry/worker-telemetry';
import { revisionOf } from '../src/traders/revision';
import type { Trader } from '../src/traders/trader';
import type { Benchmark, Contestant } from './benchmark';
import { BOUNDARY_MS, filledMarket, symbolNames } from './filled-market';
import { LOAD_TRADERS } from './load-traders';

const INTERVALS: readonly Interval[] = ['1m', '5m', '15m', '1h', '4h', '1d'];
const SIZE = { symbols: symbolNames(500), intervals: INTERVALS, candles: 500 };
const TRADERS = 50;
/** One worker, so that on two cores neither side waits for the other's processor. */
const WORKERS = 1;

type Columns = Readonly<Record<string, unknown>>;

function traders(): Trader[] {
  return LOAD_TRADERS.slice(0, TRADERS).map(({ id, name, filter }) => {
    const definition = {
      ...{ id, isBuiltIn: false },
      filter: { ...filter, requiredTimeframes: INTERVALS, includeOpenCandle: false },
    };
    return { ...definition, name, revision: revisionOf(definition as never) } as Trader;
  });
}

/** Views that nobody has to fill, as cheap as data can come. */
function viewsOf(market: MarketData): Record<string, Columns>[] {
  return SIZE.symbols.map((symbol) =>
    Object.fromEntries(
      INTERVALS.map((interval) => {
        const table = market.candleTable(interval)!;
        const slot = market.slotOf(symbol)!;
        const header = new Int32Array(table.header);
        const [start, length] = [HEADER.start, HEADER.closed].map(
          (field) => header[slot * HEADER.size + field]!,
        );
        const column = (index: number) =>
          new Float64Array(table.columns, (columnOffset(table, slot, index) + start!) * 8, length);
        const columns = CANDLE_COLUMNS.map((name, index) => [name, column(index)] as const);
        return [interval, { length, interval, ...Object.fromEntries(columns) }];
      }),
    ),
  );
}

/** The same filters over the same candles, called in a loop. */
function pure(market: MarketData): Contestant {
  const views = viewsOf(market);
  const filters = traders().map(
    ({ filter }) =>
      new Function('ticker', 'timeframes', 'helpers', filter.code) as (...args: unknown[]) => unknown,
  );
  return {
    name: 'the filters alone',
    round() {
      const startedMs = performance.now();
      for (const filter of filters)
        for (const timeframes of views) {
          startSymbol();
          filter({}, timeframes, HELPERS);
        }
      return performance.now() - startedMs;
    },
  };
}

async function startedPool(): Promise<FilterPool> {
  const limits = { workers: WORKERS, timeoutMs: 60_000, memoryMb: 128 };
  const pool = new FilterPool(limits, new WorkerTelemetry(createNoopMeter()), pino({ level: 'silent' }));
  await pool.start();
  return pool;
}

async function runAll(pool: FilterPool, orders: readonly FilterOrder[]): Promise<void> {
  const results = await Promise.all(orders.map((order) => pool.run(order)));
  const failed = results.find((result) => result.kind !== 'evaluated');
  if (failed !== undefined) throw new Error(`an execution did not end well: ${JSON.stringify(failed)}`);
}

async function setUp() {
  const market = filledMarket(SIZE);
  const pool = await startedPool();
  const cycle = cycleAt(market, '1m', BOUNDARY_MS);
  const orders = traders().map((trader) => orderFor(trader, cycle, market) as FilterOrder);
  return { market, pool, orders };
}

let stop = async () => {};
const close = () => stop();

export const wall: Benchmark = {
  id: 'B5-wall',
  title: 'One cycle in the pool, against its filters alone',
  unit: 'ms',
  rounds: 9,
  async contestants() {
    const { market, pool, orders } = await setUp();
    stop = () => pool.stop();
    const cycle = async () => {
      const startedMs = performance.now();
      await runAll(pool, orders);
      return (performance.now() - startedMs) * WORKERS;
    };
    return [{ name: 'ours', round: cycle }, pure(market)];
  },
  goals: [{ against: 'the filters alone', atMost: 1.3 }],
  note: `${SIZE.symbols.length} symbols, ${TRADERS} traders, ${SIZE.candles} candles, six intervals for each trader, ${WORKERS} worker.`,
  close,
};

export const dispatch: Benchmark = {
  id: 'B5-dispatch',
  title: "Main thread's time for one execution: order, answer, everything between",
  unit: 'ms',
  rounds: 9,
  async contestants() {
    const { pool, orders } = await setUp();
    stop = () => pool.stop();
    const cycle = async () => {
      const before = performance.eventLoopUtilization();
      await runAll(pool, orders);
      return performance.eventLoopUtilization(before).active / orders.length;
    };
    return [{ name: 'ours', round: cycle }];
  },
  goals: [{ atMost: 2 }],
  close,
};
