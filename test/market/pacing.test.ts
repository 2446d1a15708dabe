import { describe, expect, it } from '@jest/globals';
import { LogLimiter } from '../../src/log-limiter';
import { AttemptGate } from '../../src/market/attempt-gate';
import { WeightBudget } from '../../src/market/weight-budget';
import { collectingLogger } from './feed-fixture';

describe('connection attempts', () => {
  it('are 300 in five minutes at most', () => {
    let nowMs = 0;
    const gate = new AttemptGate(() => nowMs);
    for (let attempt = 0; attempt < 300; attempt++) expect(gate.admit()).toBe(0);
    nowMs = 100_000;
    expect(gate.admit()).toBe(200_000);
    nowMs = 300_000;
    expect(gate.admit()).toBe(0);
  });

  it('pause together while the address is banned', () => {
    let nowMs = 0;
    const gate = new AttemptGate(() => nowMs);
    gate.block(5000);
    expect(gate.admit()).toBe(5000);
    nowMs = 5000;
    expect(gate.admit()).toBe(0);
  });
});

describe('the weight budget', () => {
  it('leaves a tenth of the minute to others and goes on in the next minute', () => {
    let nowMs = 90_000;
    const budget = new WeightBudget(100, () => nowMs);
    expect(budget.take(80)).toBe(0);
    expect(budget.take(20)).toBe(30_000);
    budget.settle(80, 80);
    expect(budget.take(20)).toBe(30_000);
    nowMs = 120_000;
    expect(budget.take(20)).toBe(0);
  });

  it('believes the exchange about what others used', () => {
    const budget = new WeightBudget(100, () => 0);
    expect(budget.take(1)).toBe(0);
    budget.settle(1, 89);
    expect(budget.take(2)).toBe(60_000);
  });

  it('grants nothing while the address is banned', () => {
    let nowMs = 0;
    const budget = new WeightBudget(100, () => nowMs);
    budget.block(120_000);
    expect(budget.take(1)).toBe(120_000);
    nowMs = 120_000;
    expect(budget.take(1)).toBe(0);
  });
});

describe('the log', () => {
  it('has the first line of a cause at once, and says how many it left out by the next', () => {
    let nowMs = 0;
    const lines: string[] = [];
    const limiter = new LogLimiter(collectingLogger(lines), () => nowMs);
    for (let index = 0; index < 5; index++) limiter.warn('one', {}, `one ${index}`);
    limiter.warn('two', {}, 'two');
    nowMs = 60_000;
    limiter.warn('one', {}, 'one again');
    expect(lines).toEqual(['one 0', 'two', 'one again']);
  });
});
