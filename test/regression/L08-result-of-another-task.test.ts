import { describe, expect, it } from '@jest/globals';
import type { FilterResult } from '../../src/screening/filter-runner';
import { BOUNDARY_MS, evaluated, screeningBench } from '../support/screening';
import { trader } from '../support/traders';

describe('L8: results that come in another order than the tasks went out', () => {
  it('L8: each trader gets its own result, also when the first task ends last', async () => {
    const symbols = ['A', 'B', 'C'];
    const { screener, pool, records, signals } = screeningBench([trader('slow'), trader('quick')], symbols);
    let endSlow = (_result: FilterResult) => {};
    pool.answers.set('slow', () => new Promise((resolve) => (endSlow = resolve)));
    pool.answers.set('quick', () => evaluated(['match', 'no_match', 'no_match']));
    const cycle = screener.runCycle('1m', BOUNDARY_MS);
    await new Promise(setImmediate);
    expect(records.map(({ traderId }) => traderId)).toEqual(['quick']);
    endSlow(evaluated(['no_match', 'match', 'match']));
    await cycle;
    expect(signals.map(({ traderId, symbol }) => `${traderId} ${symbol}`)).toEqual([
      'quick A',
      'slow B',
      'slow C',
    ]);
  });
});
