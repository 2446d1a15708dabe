import { afterEach } from '@jest/globals';
import { FilterPool, type PoolOptions } from '../../src/screening/filter-pool';
import { WorkerTelemetry } from '../../src/telemetry/worker-telemetry';
import { captureLog, WORKER_FILE } from './filter-orders';
import { testMeter } from './metrics';

const pools: FilterPool[] = [];

/** A started pool of built workers; it is stopped after the test. */
export async function filterPool(options: Partial<PoolOptions> = {}) {
  const meter = testMeter();
  const { log, lines } = captureLog();
  const pool = new FilterPool(
    { workers: 1, timeoutMs: 20_000, memoryMb: 64, workerFile: WORKER_FILE, ...options },
    new WorkerTelemetry(meter.meter),
    log,
  );
  pools.push(pool);
  await pool.start();
  return { pool, meter, messages: () => lines.map((line) => line.msg) };
}

export async function untilIdle(pool: FilterPool, workers: number): Promise<void> {
  while (pool.state().idle < workers) await new Promise((resolve) => setTimeout(resolve, 5));
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.stop()));
});
