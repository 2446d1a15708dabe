import { describe, expect, it } from '@jest/globals';
import type { LastMatches } from '../../src/storage/execution-repository';
import { BOUNDARY_MS, evaluated, failedRun, MINUTE_MS, screeningBench } from '../support/screening';
import { trader } from '../support/traders';

const SYMBOLS = ['A', 'B', 'C'];
const matchingAll = (slot: number) => () => ({ ...evaluated(['match', 'match', 'match']), slot });

describe('L14: which matches are new, when workers or the whole machine change', () => {
  it('L14: another worker, a dead worker or another order of traders makes no match new again', async () => {
    const [one, other] = [trader('t1'), trader('t2')];
    const { screener, pool, registry, signals } = screeningBench([one, other], SYMBOLS);
    pool.answers.set('t1', matchingAll(0));
    await screener.runCycle('1m', BOUNDARY_MS);
    pool.answers.set('t1', () => failedRun('worker_crash', 'worker 0 died'));
    await screener.runCycle('1m', BOUNDARY_MS + MINUTE_MS);
    registry.replaceAll([trader('t0'), other, one]);
    pool.answers.set('t1', matchingAll(3));
    await screener.runCycle('1m', BOUNDARY_MS + 2 * MINUTE_MS);
    expect(signals).toHaveLength(3);
  });

  it('L14: a restarted machine goes on from the matches in the database', async () => {
    const one = trader('t1');
    const before = screeningBench([one], SYMBOLS);
    before.pool.answers.set('t1', matchingAll(0));
    await before.screener.runCycle('1m', BOUNDARY_MS);
    const stored = before.records.map(
      ({ matchedSymbols, ...record }): LastMatches => ({ ...record, symbols: matchedSymbols }),
    );
    const after = screeningBench([one], SYMBOLS);
    after.memory.restore(stored);
    after.pool.answers.set('t1', matchingAll(0));
    await after.screener.runCycle('1m', BOUNDARY_MS + MINUTE_MS);
    expect(after.signals).toEqual([]);
    expect(after.records[0]).toMatchObject({ newMatches: 0, continuingMatches: 3 });
  });
});
