import { describe, expect, it } from '@jest/globals';
import { orderFor, verdictsOf } from '../support/filter-orders';
import { filterPool } from '../support/filter-pool';

describe('replies', () => {
  it('L8: go to the task they answer, timeouts in between or not', async () => {
    const { pool } = await filterPool({ workers: 2, timeoutMs: 250 });
    const codes = Array.from({ length: 20 }, (_, n) => (n % 5 === 2 ? 'for (;;);' : `return ${n % 2 === 0}`));
    const results = await Promise.all(
      codes.map((code, n) => pool.run({ ...orderFor(code), traderId: `t${n}` })),
    );
    results.forEach((result, n) => {
      if (n % 5 === 2) expect(result).toMatchObject({ kind: 'failed', errorType: 'timeout' });
      else expect(verdictsOf(result)).toEqual([n % 2 === 0 ? 'match' : 'no_match']);
    });
  });
});
