import { describe, expect, it } from '@jest/globals';
import { filterPool } from '../support/filter-pool';

describe('the number of workers', () => {
  it.each([1, 3])('L13: is what was configured: %i', async (workers) => {
    const { pool, meter } = await filterPool({ workers });
    expect(pool.state()).toEqual({ size: workers, active: 0, idle: workers, queued: 0 });
    expect(await meter.value('pool_size')).toBe(workers);
    expect(await meter.series('screener_busy_seconds_total')).toHaveLength(workers);
  });
});
