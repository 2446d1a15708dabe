import { describe, expect, it } from '@jest/globals';
import { orderFor, verdictsOf } from '../support/filter-orders';
import { filterPool } from '../support/filter-pool';

describe('a filter that throws', () => {
  it('L7: is an error on its symbol, never a silent "no match"', async () => {
    const { pool } = await filterPool();
    const order = orderFor('if (ticker.s === "BADUSDT") null.price; return false', ['BADUSDT', 'GOODUSDT']);
    const result = await pool.run(order);
    expect(verdictsOf(result)).toEqual(['error', 'no_match']);
    expect(result).toMatchObject({
      firstFault: { symbol: 'BADUSDT', verdict: 'error', message: expect.stringContaining('TypeError') },
    });
  });
});
