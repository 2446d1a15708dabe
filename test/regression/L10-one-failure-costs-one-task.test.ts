import { describe, expect, it } from '@jest/globals';
import { orderFor } from '../support/filter-orders';
import { filterPool } from '../support/filter-pool';

describe('tasks of one cycle', () => {
  it('L10: are independent: a worker that dies takes its own task along and no other', async () => {
    const { pool, meter } = await filterPool({ workers: 2, timeoutMs: 2000, memoryMb: 32 });
    const bomb = '(globalThis.kept ??= []).push(new Array(5e6).fill(1)); return false';
    const codes = ['return true', bomb, 'return (', 'return true', 'return true'];
    const results = await Promise.all(codes.map((code) => pool.run(orderFor(code))));
    expect(results.map(({ kind }) => kind)).toEqual([
      'evaluated',
      'failed',
      'compile_error',
      'evaluated',
      'evaluated',
    ]);
    expect(await meter.value('screener_worker_restarts_total', { reason: 'memory' })).toBe(1);
  });
});
