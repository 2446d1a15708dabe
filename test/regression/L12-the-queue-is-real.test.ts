import { describe, expect, it } from '@jest/globals';
import { orderFor } from '../support/filter-orders';
import { filterPool } from '../support/filter-pool';

describe('more tasks than workers', () => {
  it('L12: wait in a queue that is counted; no busy worker is given a second one', async () => {
    const { pool, meter } = await filterPool({ workers: 2 });
    const runs = Array.from({ length: 7 }, (_, n) => pool.run(orderFor(`return ${n} > 3`)));
    expect(await meter.value('screener_workers_active')).toBe(2);
    expect(await meter.value('screener_queue_depth')).toBe(5);
    await Promise.all(runs);
    expect(await meter.value('screener_queue_depth')).toBe(0);
  });
});
