import { afterEach, describe, expect, it } from '@jest/globals';
import { reportHealth } from '../../src/health';
import { createLogger } from '../../src/log';
import { FilterPool } from '../../src/screening/filter-pool';
import { Database } from '../../src/storage/database';
import { WorkerTelemetry } from '../../src/telemetry/worker-telemetry';
import { testMeter } from '../support/metrics';

const log = createLogger('silent');
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

describe('L22: health follows what happens, not flags that never go false', () => {
  it('L22: a database that refuses connections is not well', async () => {
    const database = new Database(
      { url: 'postgresql://nobody@127.0.0.1:1/none', statementTimeoutMs: 100 },
      log,
    );
    stops.push(() => database.close());
    await expect(database.query('select 1')).rejects.toThrow();
    expect(reportHealth({ database: () => database.health() }).status).not.toBe('ok');
  });

  it('L22: workers that cannot run are not well, and the page says that none is live', async () => {
    const page = testMeter();
    const limits = { workers: 2, timeoutMs: 1000, memoryMb: 64, workerFile: '/no/such/worker.js' };
    const pool = new FilterPool(limits, new WorkerTelemetry(page.meter), log);
    stops.push(() => pool.stop());
    await pool.start().catch(() => {});
    expect(reportHealth({ workers: () => pool.health() }).status).not.toBe('ok');
    expect(await page.value('pool_size')).toBe(2);
    expect(await page.value('screener_workers_idle')).toBe(0);
  });
});
