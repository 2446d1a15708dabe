import { describe, expect, it } from '@jest/globals';
import { LogBackoff } from '../../src/log-backoff';

describe('L24: a cooldown in milliseconds', () => {
  it('L24: holds a repeated warning back for a minute, then two, never for more than an hour', () => {
    let nowMs = 1_700_000_000_000;
    const backoff = new LogBackoff(() => nowMs);
    const told: number[] = [];
    const begin = nowMs;
    for (; nowMs < begin + 12 * 3_600_000; nowMs += 1000)
      if (backoff.admit('cause') !== undefined) told.push((nowMs - begin) / 60_000);
    expect(told.slice(0, 5)).toEqual([0, 1, 3, 7, 15]);
    const gaps = told.slice(1).map((minute, index) => minute - told[index]!);
    expect(Math.max(...gaps)).toBe(60);
  });

  it('L24: tells how many were held back, keeps causes apart, and takes a late return for news', () => {
    let nowMs = 0;
    const backoff = new LogBackoff(() => nowMs);
    expect(backoff.admit('a')).toBe(0);
    expect(backoff.admit('a')).toBeUndefined();
    expect(backoff.admit('b')).toBe(0);
    nowMs = 61_000;
    expect(backoff.admit('a')).toBe(1);
    nowMs += 10 * 3_600_000;
    expect(backoff.admit('a')).toBe(0);
    nowMs += 61_000;
    expect(backoff.admit('a')).toBe(0);
  });
});
