import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Point, pointOf, Timeline } from '../../../status/worker/timeline';

const point = (atMs: number, continuing = 0): Point => ({
  atMs,
  newMatches: 0,
  continuing,
  averageMs: null,
  p95Ms: null,
});

describe('Timeline', () => {
  it('keeps one point per quarter of a minute, the newest', () => {
    const timeline = new Timeline();
    for (const [atMs, continuing] of [
      [0, 1],
      [5000, 2],
      [14_999, 3],
      [15_000, 4],
    ] as const)
      timeline.add(point(atMs, continuing));
    expect(timeline.view()).toMatchObject({ atMs: [14_999, 15_000], continuing: [3, 4] });
  });

  it('holds at most an hour, in columns of equal length, whatever the pace', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 600_000 }), { maxLength: 300 });
    fc.assert(
      fc.property(steps, (pauses) => {
        const timeline = new Timeline();
        let atMs = 0;
        for (const pause of pauses) {
          atMs += pause;
          timeline.add(point(atMs));
        }
        const view = timeline.view();
        expect(view.atMs.length).toBeLessThanOrEqual(241);
        expect(view.atMs.every((one) => one > atMs - 3_600_000)).toBe(true);
        expect(new Set(Object.values(view).map(({ length }) => length)).size).toBe(1);
      }),
    );
  });
});

describe('pointOf', () => {
  it('adds up the traders; one that the page does not know of counts nothing', () => {
    const traders = [
      { newMatches: 2, continuing: 3 },
      { newMatches: null, continuing: null },
      { newMatches: 1, continuing: 0 },
    ];
    const figures = { windowSeconds: 300, count: 1, averageMs: 2, p95Ms: 5 };
    expect(pointOf(7, traders, figures)).toEqual({
      atMs: 7,
      newMatches: 3,
      continuing: 3,
      averageMs: 2,
      p95Ms: 5,
    });
  });
});
