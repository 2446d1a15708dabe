import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Backoff } from '../src/backoff';

describe('Backoff', () => {
  it('grows, with jitter, to its cap and no further, for ever', () => {
    const longest = new Backoff({ baseMs: 1000, capMs: 30_000 }, () => 1);
    expect(Array.from({ length: 7 }, () => longest.nextMs())).toEqual([
      1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
    ]);
    for (let attempt = 0; attempt < 2000; attempt++) expect(longest.nextMs()).toBe(30_000);
    longest.reset();
    expect(longest.nextMs()).toBe(1000);
    expect(new Backoff({ baseMs: 1000, capMs: 30_000 }, () => 0).nextMs()).toBe(100);
  });

  it('keeps every delay between a tenth of the base and the cap, whatever chance says', () => {
    const chance = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(chance, fc.integer({ min: 1, max: 2000 }), (random, failures) => {
        const backoff = new Backoff({ baseMs: 500, capMs: 30_000 }, () => random);
        for (let count = 0; count < failures; count++) {
          const delayMs = backoff.nextMs();
          expect(delayMs).toBeGreaterThanOrEqual(50);
          expect(delayMs).toBeLessThanOrEqual(30_000);
        }
      }),
    );
  });

  it('waits as long as the other side asks', () => {
    expect(new Backoff({ baseMs: 1, capMs: 2 }).nextMs(120_000)).toBe(120_000);
  });
});
