import { describe, expect, it } from '@jest/globals';
import { BOUNDARY_MS, compileError, evaluated, failedRun, screeningBench } from '../support/screening';
import { trader } from '../support/traders';

describe('L10: one trader’s failure and the results of the others', () => {
  it('L10: every other trader is screened, whatever way one of them fails', async () => {
    const ids = ['timeout', 'crash', 'compile', 'refused', 'malformed', 'healthy'];
    const { screener, pool, page, signals } = screeningBench(
      ids.map((id) => trader(id)),
      ['A'],
    );
    pool.answers.set('timeout', () => failedRun('timeout', 'timeout after 5000 ms'));
    pool.answers.set('crash', () => failedRun('worker_crash', 'worker 0 died'));
    pool.answers.set('compile', () => compileError('1:1: Unexpected token'));
    pool.answers.set('refused', () => Promise.reject(new Error('no worker')));
    pool.answers.set('malformed', () => ({ ...evaluated([]), verdicts: undefined as never }));
    pool.answers.set('healthy', () => evaluated(['match']));
    await screener.runCycle('1m', BOUNDARY_MS);
    expect(signals.map(({ traderId }) => traderId)).toEqual(['healthy']);
    for (const id of ids)
      expect([id, await page.value('trader_executions_total', { trader_id: id })]).toEqual([id, 1]);
  });
});
