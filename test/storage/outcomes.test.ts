import { describe, expect, it } from '@jest/globals';
import { Outcomes } from '../../src/storage/outcomes';

const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

function outcomesAt() {
  const clock = { nowMs: 1_000_000 };
  return { clock, outcomes: new Outcomes(() => clock.nowMs) };
}

describe('Outcomes: health of the database from what happened to queries', () => {
  it('is degraded before the first answer, ok after it', () => {
    const { outcomes } = outcomesAt();
    expect(outcomes.health().status).toBe('degraded');
    outcomes.answered();
    expect(outcomes.health().status).toBe('ok');
  });

  it('is degraded at the first failure and failed after a minute of them', () => {
    const { clock, outcomes } = outcomesAt();
    outcomes.answered();
    outcomes.failed(refused);
    expect(outcomes.health()).toMatchObject({
      status: 'degraded',
      detail: expect.stringContaining('network'),
    });
    clock.nowMs += 60_000;
    outcomes.failed(refused);
    expect(outcomes.health().status).toBe('failed');
    outcomes.answered();
    expect(outcomes.health().status).toBe('ok');
  });

  it('takes a refused row as an answer: the database is there', () => {
    const { outcomes } = outcomesAt();
    outcomes.failed(refused);
    outcomes.failed(Object.assign(new Error('duplicate key'), { code: '23505' }));
    expect(outcomes.health().status).toBe('ok');
  });
});
