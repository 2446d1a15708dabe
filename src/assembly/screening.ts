import { availableParallelism } from 'node:os';
import type { Config } from '../config';
import type { Logger } from '../log';
import type { MarketView } from '../market/market-view';
import { CycleClock } from '../screening/cycle-clock';
import { FilterPool } from '../screening/filter-pool';
import { MatchMemory } from '../screening/match-memory';
import { Screener } from '../screening/screener';
import { signalId } from '../signals/signal-id';
import type { StateWriter } from '../signals/writer';
import { ScreeningSpans } from '../telemetry/spans-screening';
import type { TraderRegistry } from '../traders/registry';
import type { Telemetry } from './telemetry';

interface Neighbours {
  readonly market: MarketView;
  readonly registry: TraderRegistry;
  readonly writer: StateWriter;
}

export function assembleScreening(
  config: Config,
  { market, registry, writer }: Neighbours,
  telemetry: Telemetry,
  log: Logger,
) {
  const pool = createPool(config, telemetry, log);
  const memory = new MatchMemory();
  registry.onChange(({ kind, trader }) => {
    if (kind === 'removed') memory.forget(trader.id);
  });
  const screener = new Screener({
    market,
    pool,
    registry,
    memory,
    telemetry: telemetry.filters,
    spans: new ScreeningSpans(telemetry.spans),
    log,
    signalId,
    machineId: config.machineId,
    now: () => market.now(),
    onSignal: (signal, labels) => writer.addSignal(signal, labels),
    onExecution: (record) => writer.addExecution(record),
  });
  const clock = new CycleClock({
    market,
    registry,
    now: () => market.now(),
    runCycle: (interval, boundaryMs) => screener.runCycle(interval, boundaryMs),
    telemetry: telemetry.filters,
    log,
  });
  return { pool, memory, screener, clock };
}

function createPool(config: Config, telemetry: Telemetry, log: Logger): FilterPool {
  const workers = config.screeningWorkers || Math.max(1, availableParallelism() - 1);
  const { filterTimeoutMs: timeoutMs, filterMemoryMb: memoryMb } = config;
  return new FilterPool({ workers, timeoutMs, memoryMb }, telemetry.workers, log);
}
