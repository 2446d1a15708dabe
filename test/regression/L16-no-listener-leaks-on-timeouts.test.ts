import { describe, expect, it } from '@jest/globals';
import { orderFor } from '../support/filter-orders';
import { filterPool, untilIdle } from '../support/filter-pool';

describe('timeouts', () => {
  it('L16: leave no listener, timer or thread behind', async () => {
    const { pool } = await filterPool({ timeoutMs: 60 });
    await pool.run(orderFor('for (;;);'));
    await untilIdle(pool, 1);
    const count = () => process.getActiveResourcesInfo().filter((name) => name !== 'Immediate').length;
    const before = count();
    const listeners = process.eventNames().map((name) => process.listenerCount(name));
    for (let turn = 0; turn < 5; turn++) await pool.run(orderFor('for (;;);'));
    await untilIdle(pool, 1);
    while (count() > before) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(count()).toBeLessThanOrEqual(before);
    expect(process.eventNames().map((name) => process.listenerCount(name))).toEqual(listeners);
  });
});
