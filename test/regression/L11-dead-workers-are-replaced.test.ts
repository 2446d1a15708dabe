import { describe, expect, it } from '@jest/globals';
import { orderFor } from '../support/filter-orders';
import { filterPool, untilIdle } from '../support/filter-pool';

describe('a dead worker', () => {
  it('L11: is replaced, so that live workers are as many as configured', async () => {
    const { pool, meter } = await filterPool({ workers: 2, timeoutMs: 100 });
    await Promise.all([1, 2, 3, 4].map(() => pool.run(orderFor('for (;;);'))));
    await untilIdle(pool, 2);
    expect(await meter.value('screener_workers_idle')).toBe(2);
    expect(await meter.value('pool_size')).toBe(2);
    expect(pool.health().status).toBe('ok');
  });
});
