import { describe, expect, it } from '@jest/globals';
import { BOUNDARY_MS, evaluated, screeningBench } from '../support/screening';
import { trader } from '../support/traders';

describe('L15: what becomes of a cycle’s other signals when one of them is in trouble', () => {
  it('L15: all new matches are handed on in one turn of the event loop, and one that cannot be is named', async () => {
    const taken: string[] = [];
    const { screener, pool, records, lines } = screeningBench([trader('t1'), trader('t2')], ['A', 'B', 'C'], {
      onSignal: ({ traderId, symbol }) => {
        if (symbol === 'A') throw new Error('no such trader');
        taken.push(`${traderId} ${symbol}`);
      },
    });
    for (const id of ['t1', 't2']) pool.answers.set(id, () => evaluated(['match', 'match', 'match']));
    await screener.runCycle('1m', BOUNDARY_MS);
    expect(taken).toEqual(['t1 B', 't1 C', 't2 B', 't2 C']);
    expect(records).toHaveLength(2);
    expect(lines('error')).toEqual([
      'Failed to hand on the signal of trader "Trader t1" for A: it is lost',
      'Failed to hand on the signal of trader "Trader t2" for A: it is lost',
    ]);
  });
});
