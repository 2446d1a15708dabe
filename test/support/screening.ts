import { type Interval, openTimeAt } from '../../src/market/interval';
import type { CloseCount, MarketView } from '../../src/market/market-view';
import { allocateCandleTable, allocateTickerTable } from '../../src/market/shared-columns';
import type { ExecutionRecord } from '../../src/screening/execution-record';
import type { FilterOrder, FilterResult, FilterRunner } from '../../src/screening/filter-runner';
import { MatchMemory } from '../../src/screening/match-memory';
import { type SymbolFault, VERDICTS, type Verdict } from '../../src/screening/messages';
import { Screener, type ScreenerParts } from '../../src/screening/screener';
import type { Signal } from '../../src/signals/signal';
import { FilterTelemetry } from '../../src/telemetry/filter-telemetry';
import { SignalTelemetry } from '../../src/telemetry/signal-telemetry';
import { TraderTelemetry } from '../../src/telemetry/trader-telemetry';
import { TraderRegistry } from '../../src/traders/registry';
import type { Trader } from '../../src/traders/trader';
import { capturedLog } from './captured-log';
import { testMeter } from './metrics';

export const MINUTE_MS = 60_000;
export const BOUNDARY_MS = Date.UTC(2026, 10, 21, 12, 0);

/** A market of which a test sets what has closed. */
export class FakeMarket implements MarketView {
  readonly tables = new Map<Interval, ReturnType<typeof allocateCandleTable>>();
  private readonly tickers: ReturnType<typeof allocateTickerTable>;
  private readonly listeners = new Set<(interval: Interval, boundaryMs: number) => void>();
  private readonly counts = new Map<string, CloseCount>();

  constructor(
    private readonly names: readonly string[],
    intervals: readonly Interval[] = ['1m'],
  ) {
    this.tickers = allocateTickerTable(names.length);
    for (const interval of intervals)
      this.tables.set(interval, allocateCandleTable(interval, names.length, 10));
  }

  now = () => Date.now();
  symbols = () => this.names;
  slotOf = (symbol: string) => {
    const slot = this.names.indexOf(symbol);
    return slot < 0 ? undefined : slot;
  };
  candleTable = (interval: Interval) => this.tables.get(interval);
  tickerTable = () => this.tickers;
  recentCandles = () => [];

  closesAt(interval: Interval, boundaryMs: number): CloseCount {
    return this.counts.get(`${interval} ${boundaryMs}`) ?? { expected: this.names.length, arrived: 0 };
  }

  onClose(listener: (interval: Interval, boundaryMs: number) => void) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** `arrived` closes are in, and the last of them is announced. */
  close(interval: Interval, boundaryMs: number, arrived = this.names.length): void {
    if (openTimeAt(interval, boundaryMs) !== boundaryMs) throw new Error('not a boundary');
    this.counts.set(`${interval} ${boundaryMs}`, { expected: this.names.length, arrived });
    for (const listener of this.listeners) listener(interval, boundaryMs);
  }

  listenerCount = () => this.listeners.size;
}

export function evaluated(verdicts: readonly Verdict[], fault: SymbolFault | null = null): FilterResult {
  const matches = verdicts.flatMap((verdict, index) =>
    verdict === 'match'
      ? [{ index, price: 100 + index, changePercent: 1.5, quoteVolume: 9, conditions: ['c'] }]
      : [],
  );
  return {
    kind: 'evaluated',
    taskId: 1,
    slot: 0,
    queueMs: 1,
    startedAtMs: performance.timeOrigin + performance.now(),
    compileMs: 0.5,
    runMs: 2,
    verdicts: Uint8Array.from(verdicts, (verdict) => VERDICTS.indexOf(verdict)),
    matches,
    firstFault: fault,
    newestCloseMs: BOUNDARY_MS - 1,
  };
}

export function failedRun(errorType: 'timeout' | 'worker_crash' | 'unknown', message: string): FilterResult {
  const startedAtMs = performance.timeOrigin + performance.now();
  return { kind: 'failed', errorType, message, slot: 0, queueMs: 0, startedAtMs, runMs: 5000 };
}

export function compileError(message: string): FilterResult {
  const startedAtMs = performance.timeOrigin + performance.now();
  return {
    kind: 'compile_error',
    message,
    taskId: 1,
    slot: 0,
    queueMs: 0,
    startedAtMs,
    compileMs: 1,
    runMs: 0,
  };
}

/** Answers each order as the test says, by trader. */
export class FakePool implements FilterRunner {
  readonly orders: FilterOrder[] = [];
  readonly answers = new Map<string, (order: FilterOrder) => Promise<FilterResult> | FilterResult>();

  async run(order: FilterOrder): Promise<FilterResult> {
    this.orders.push(order);
    const answer = this.answers.get(order.traderId);
    return answer ? answer(order) : evaluated(order.symbols.map(() => 'no_match'));
  }
}

/** A screener with everything around it real but the market and the pool. */
export function screeningBench(
  traders: readonly Trader[],
  symbols: readonly string[],
  parts: Partial<ScreenerParts> = {},
) {
  const page = testMeter();
  const traderTelemetry = new TraderTelemetry(page.meter);
  const telemetry = new FilterTelemetry(page.meter, traderTelemetry);
  const signalTelemetry = new SignalTelemetry(page.meter, traderTelemetry);
  const registry = new TraderRegistry();
  registry.onChange(({ kind, labels }) => {
    if (kind !== 'removed') telemetry.traderAdded(labels);
  });
  registry.replaceAll(traders);
  const { log, lines } = capturedLog();
  const market = new FakeMarket(symbols);
  const pool = new FakePool();
  const memory = new MatchMemory(() => BOUNDARY_MS);
  const signals: Signal[] = [];
  const records: ExecutionRecord[] = [];
  const screener = new Screener({
    market,
    pool,
    registry,
    memory,
    telemetry,
    log,
    machineId: 'm1',
    signalId: (traderId, symbol, interval, boundaryMs) => [traderId, symbol, interval, boundaryMs].join('/'),
    onSignal: (signal, labels) => {
      signals.push(signal);
      signalTelemetry.generated(signal, labels);
    },
    onExecution: (record) => records.push(record),
    now: () => BOUNDARY_MS + 2000,
    ...parts,
  });
  return { page, registry, log, lines, market, pool, memory, signals, records, screener };
}
