/** A process that screens when it is told to: `{ cycles }` in, `{ seconds, cpuSeconds }` out. What it is preloaded with is the caller's. */
import { randomUUID } from 'node:crypto';
import { metrics, trace } from '@opentelemetry/api';
import { createLogger } from '../src/log';
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
import { BOUNDARY_MS, filledMarket, symbolNames } from './filled-market';

const TRADERS = 10;
const SIZE = { symbols: symbolNames(100), intervals: ['1m', '5m', '15m'], candles: 500 } as const;

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
    ...{ market: filledMarket(SIZE), pool, registry, memory, telemetry: filters, log, signalId },
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
