import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Backoff } from '../../src/signals/backoff';

describe('Backoff', () => {
  it('doubles from the base up to the limit', () => {
    const backoff = new Backoff(500, 30_000, () => 1);
    expect(Array.from({ length: 8 }, () => backoff.nextMs())).toEqual([
      500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
    ]);
  });

  it('spreads each delay over its upper half', () => {
    expect(new Backoff(500, 30_000, () => 0).nextMs()).toBe(250);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 2000 }),
        (random, failures) => {
          const backoff = new Backoff(500, 30_000, () => random);
          let delayMs = 0;
          for (let count = 0; count < failures; count++) delayMs = backoff.nextMs();
          expect(delayMs).toBeGreaterThanOrEqual(250);
          expect(delayMs).toBeLessThanOrEqual(30_000);
        },
      ),
    );
  });

  it('begins anew after a success', () => {
    const backoff = new Backoff(500, 30_000, () => 1);
    backoff.nextMs();
    backoff.nextMs();
    backoff.reset();
    expect(backoff.nextMs()).toBe(500);
  });
});
