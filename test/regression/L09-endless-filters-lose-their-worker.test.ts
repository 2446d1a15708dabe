import { describe, expect, it } from '@jest/globals';
import { orderFor } from '../support/filter-orders';
import { filterPool } from '../support/filter-pool';

describe('a filter past its deadline', () => {
  it('L9: has its worker ended, not marked idle with the loop still in it', async () => {
    const { pool, meter } = await filterPool({ timeoutMs: 200 });
    expect(await pool.run(orderFor('for (;;);'))).toMatchObject({ kind: 'failed', errorType: 'timeout' });
    expect(await meter.value('screener_worker_restarts_total', { reason: 'timeout' })).toBe(1);
    expect(await meter.value('screener_busy_seconds_total', { worker_id: '0' })).toBeGreaterThan(0.19);
    const cpu = await quietCpuShare();
    expect(cpu).toBeLessThan(0.9);
  });
});

/** Share of one core this process uses over a while in which nothing runs. A loop left behind would take all of it. */
async function quietCpuShare(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 500));
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 500_000;
}
