import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { age, ago, count, duration, milliseconds, plural } from '../../../status/page/format';

describe('duration', () => {
  it.each([
    [-3, '0 s'],
    [0.4, '0 s'],
    [119, '119 s'],
    [120, '2 min'],
    [3569, '59 min'],
    [3570, '1 h'],
    [4 * 3600 + 12 * 60, '4 h 12 min'],
    [47.5 * 3600, '47 h 30 min'],
    [48 * 3600, '2 d'],
    [74 * 3600, '3 d 2 h'],
  ])('%d s is %s', (seconds, text) => expect(duration(seconds)).toBe(text));

  it('has two units at most, and no unit that is full', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e8, noNaN: true }), (seconds) => {
        const text = duration(seconds);
        expect(text).toMatch(/^\d+ (s|min|h|d)( \d+ (min|h))?$/);
        expect(text).not.toMatch(/\b60 min|\b24 h$/);
      }),
    );
  });
});

describe('other figures', () => {
  it('shows tenths of a second while data is young', () => {
    expect([age(-1), age(0.04), age(2.345), age(9.99), age(41.2)]).toEqual([
      '0.0 s',
      '0.0 s',
      '2.3 s',
      '10.0 s',
      '41 s',
    ]);
  });

  it('gives times of executions two or three digits, in the unit that people think in', () => {
    expect([null, 0, 0.346, 2.13, 47.53, 140.4, 1250].map(milliseconds)).toEqual([
      '–',
      '0 ms',
      '0.35 ms',
      '2.1 ms',
      '47.5 ms',
      '140 ms',
      '1.3 s',
    ]);
  });

  it('counts', () => {
    expect([count(null), count(12_345), plural(1, 'notice'), plural(2, 'notice'), ago(3), ago(290)]).toEqual([
      '–',
      '12,345',
      '1 notice',
      '2 notices',
      'now',
      '5 min ago',
    ]);
  });
});
