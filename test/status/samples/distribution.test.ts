import { describe, expect, it } from '@jest/globals';
import { added, distributionOf, EMPTY, mean, quantile, since } from '../../../status/samples/distribution';
import { parsePage } from '../../../status/samples/parse';

const histogram = (one: number, ten: number, all: number, sum: number) =>
  distributionOf(
    parsePage(
      [
        `h_bucket{le="1"} ${one}`,
        `h_bucket{le="10"} ${ten}`,
        `h_bucket{le="+Inf"} ${all}`,
        `h_sum ${sum}`,
        `h_count ${all}`,
        '',
      ].join('\n'),
    ),
    'h',
  );

describe('a distribution', () => {
  it('has mean and quantiles, linear inside a bucket', () => {
    const read = histogram(50, 100, 100, 300);
    expect(mean(read)).toBe(3);
    expect(quantile(read, 0.5)).toBe(1);
    expect(quantile(read, 0.75)).toBe(5.5);
  });

  it('says the last finite bound for what lies beyond it, as Prometheus does', () => {
    expect(quantile(histogram(0, 0, 4, 100), 0.95)).toBe(10);
  });

  it('has neither without measurements', () => {
    expect(mean(EMPTY)).toBeNull();
    expect(quantile(histogram(0, 0, 0, 0), 0.5)).toBeNull();
  });

  it('of recent measurements is what grew, or all of it after a restart', () => {
    expect(since(histogram(5, 8, 9, 30), histogram(2, 2, 2, 3))).toMatchObject({
      count: 7,
      sum: 27,
      cumulative: [3, 6, 7],
    });
    expect(since(histogram(1, 1, 1, 1), histogram(2, 2, 2, 3)).count).toBe(1);
  });

  it('adds up over series', () => {
    expect(added([histogram(1, 2, 3, 4), EMPTY, histogram(1, 1, 1, 1)])).toMatchObject({
      count: 4,
      cumulative: [2, 3, 4],
    });
  });
});
