/** A process that screens when it is told to: `{ cycles }` in, `{ seconds, cpuSeconds }` out. What it is preloaded with is the caller's. */
import { randomUUID } from 'node:crypto';
import { metrics, trace } from '@opentelemetry/api';
import { createLogger } from '../src/log';
import { shiftOpenTime } from '../src/market/interval';
import type { Candle } from '../src/market/kline';
import { MarketData } from '../src/market/market-data';
import { FilterPool } from '../src/screening/filter-pool';
import { MatchMemory } from '../src/screening/match-memory';
import { Screener } from '../src/screening/screener';
import { signalId } from '../src/signals/signal-id';
import { StateWriter } from '../src/signals/writer';
import { FilterTelemetry } from '../src/telemetry/filter-telemetry';
import { SignalTelemetry } from '../src/telemetry/signal-telemetry';
import { Spans } from '../src/telemetry/spans';
import { ScreeningSpans } from '../src/telemetry/spans-screening';
import { SignalSpans } from '../src/telemetry/spans-signals';
import { SyncTelemetry } from '../src/telemetry/sync-telemetry';
import { TraderTelemetry } from '../src/telemetry/trader-telemetry';
import { WorkerTelemetry } from '../src/telemetry/worker-telemetry';
import { BUILT_IN_TRADERS } from '../src/traders/built-in-traders';
import { TraderRegistry } from '../src/traders/registry';
import { revisionOf } from '../src/traders/revision';
import type { Trader } from '../src/traders/trader';

const SYMBOLS = 100;
const CANDLES = 500;
const TRADERS = 10;
const INTERVALS = ['1m', '5m', '15m'] as const;
/** A boundary of every interval. */
const BOUNDARY_MS = Date.UTC(2026, 0, 1);

const symbols = Array.from({ length: SYMBOLS }, (_, index) => `SYM${index}USDT`);

function candles(interval: (typeof INTERVALS)[number], seed: number): Candle[] {
  let close = 100 + seed;
  return Array.from({ length: CANDLES }, (_, index) => {
    const openTimeMs = shiftOpenTime(interval, BOUNDARY_MS, index - CANDLES);
    const open = close;
    close *= 1 + Math.sin(index * (seed + 1)) / 500;
    const [high, low, volume] = [Math.max(open, close), Math.min(open, close), 10 + ((index * seed) % 90)];
    const money = { quoteVolume: volume * close, trades: 50, takerBuyBase: 5, takerBuyQuote: 500 };
    return { openTimeMs, open, high, low, close, volume, ...money };
  });
}

function fullMarket(): MarketData {
  const market = new MarketData(SYMBOLS, CANDLES, {
    repairNeeded: () => {},
    listenerFailed: () => {},
    now: () => BOUNDARY_MS,
  });
  market.setUniverse({ symbols, tickers: [] });
  market.setIntervals(new Set(INTERVALS));
  for (const series of market.candles.series()) {
    const history = candles(series.interval as (typeof INTERVALS)[number], symbols.indexOf(series.symbol));
    market.candles.merge(series, history);
  }
  return market;
}

/** The machine's own traders, several times over, each at every minute. */
function everyMinute(): Trader[] {
  return Array.from({ length: TRADERS }, (_, index) => {
    const { name, filter } = BUILT_IN_TRADERS[index % BUILT_IN_TRADERS.length]!;
    const whole = { includeOpenCandle: false, ...(filter as object), refreshInterval: '1m' };
    const definition = { id: randomUUID(), isBuiltIn: true, filter: whole };
    return { ...definition, name, revision: revisionOf(definition as never) } as Trader;
  });
}

function assemble() {
  const [meter, tracer] = [metrics.getMeter('bench'), trace.getTracer('bench')];
  const log = createLogger('info');
  const traders = new TraderTelemetry(meter);
  const filters = new FilterTelemetry(meter, traders);
  const signal = new SignalTelemetry(meter, traders, () => BOUNDARY_MS);
  const spans = new Spans(tracer);
  const registry = new TraderRegistry();
  registry.onChange(({ labels }) => filters.traderAdded(labels));
  registry.replaceAll(everyMinute());
  const sink = { insert: () => new Promise<void>((resolve) => setImmediate(resolve)) };
  const telemetry = { signal, sync: new SyncTelemetry(meter), spans: new SignalSpans(spans) };
  const repositories = { signals: sink, executions: sink, events: sink };
  const writer = new StateWriter(repositories, { flushIntervalMs: 100 }, telemetry, log);
  const limits = { workers: 1, timeoutMs: 60_000, memoryMb: 64 };
  const pool = new FilterPool(limits, new WorkerTelemetry(meter), log);
  const memory = new MatchMemory(() => BOUNDARY_MS);
  const screener = new Screener({
    ...{ market: fullMarket(), pool, registry, memory, telemetry: filters, log, signalId },
    ...{ spans: new ScreeningSpans(spans), machineId: 'bench', now: () => BOUNDARY_MS },
    onSignal: (found, labels) => writer.addSignal(found, labels),
    onExecution: (record) => writer.addExecution(record),
  });
  return { pool, writer, screener, memory, registry };
}

async function main(): Promise<void> {
  const { pool, writer, screener, memory, registry } = assemble();
  await pool.start();
  writer.start();
  process.on('message', async ({ cycles }: { cycles: number }) => {
    const startedMs = performance.now();
    const cpu = process.cpuUsage();
    for (let cycle = 0; cycle < cycles; cycle++) {
      // One trader's matches are new in each cycle, so that signals go their way too.
      memory.forget(registry.tradersOf('1m')[cycle % TRADERS]!.trader.id);
      await screener.runCycle('1m', BOUNDARY_MS);
    }
    const { user, system } = process.cpuUsage(cpu);
    process.send?.({ seconds: (performance.now() - startedMs) / 1000, cpuSeconds: (user + system) / 1e6 });
  });
  process.send?.({ ready: true });
}

void main();
