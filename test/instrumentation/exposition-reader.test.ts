import { describe, expect, it } from '@jest/globals';
import { parse, seriesValue } from '../support/exposition';

const page = (...lines: string[]) => `${lines.join('\n')}\n`;
const HISTOGRAM = ['# HELP h H', '# TYPE h histogram'];

describe('the strict reader of the text format', () => {
  it('reads types, help, escapes, special numbers and series', () => {
    const families = parse(
      page(
        '# HELP a_total What \\\\ is\\nthis',
        '# TYPE a_total counter',
        'a_total{x="q\\"\\\\\\n",y="é"} 1e3',
        'a_total 2',
        ...HISTOGRAM,
        'h_bucket{le="0.5"} 1',
        'h_bucket{le="+Inf"} 2',
        'h_sum 3.5',
        'h_count 2',
        '# TYPE g gauge',
        'g NaN',
        'g{a="1"} -Inf 1234',
      ),
    );
    expect(families.map(({ name, type, help }) => [name, type, help])).toEqual([
      ['a_total', 'counter', 'What \\ is\nthis'],
      ['h', 'histogram', 'H'],
      ['g', 'gauge', ''],
    ]);
    expect(seriesValue(families, 'a_total', { y: 'é', x: 'q"\\\n' })).toBe(1000);
    expect(seriesValue(families, 'g')).toBeNaN();
    expect(seriesValue(families, 'g', { a: '1' })).toBe(-Infinity);
    expect(seriesValue(families, 'missing')).toBeUndefined();
  });

  it.each([
    ['no end of line', 'a 1'],
    ['an empty page', ''],
    ['an empty line', page('a 1', '', 'b 1')],
    ['a series twice', page('a{x="1",y="2"} 1', 'a{y="2",x="1"} 1')],
    ['a series twice through an empty label', page('a{x=""} 1', 'a 1')],
    ['a second HELP', page('# HELP a A', '# HELP a A', 'a 1')],
    ['a second TYPE', page('# TYPE a gauge', '# TYPE a gauge', 'a 1')],
    ['TYPE after samples', page('a 1', '# TYPE a gauge')],
    ['an unknown type', page('# TYPE a thing', 'a 1')],
    ['a family without samples', page('# HELP a A', '# TYPE a gauge')],
    ['interleaved families', page('a 1', 'b 1', 'a{x="1"} 1')],
    ['HELP of a family that was left', page('a 1', 'b 1', '# HELP a A')],
    [
      'a sample that belongs to a histogram',
      page(...HISTOGRAM, 'h_bucket{le="+Inf"} 0', 'h_sum 0', 'h_count 0', 'g 1', 'h_sum{a="1"} 1'),
    ],
    ['a bad metric name', page('1a 1')],
    ['a bad metric name with a dot', page('a.b 1')],
    ['a bad label name', page('a{1x="1"} 1')],
    ['an empty label name', page('a{="1"} 1')],
    ['a label twice', page('a{x="1",x="2"} 1')],
    ['an unknown escape', page('a{x="\\q"} 1')],
    ['an unquoted value', page('a{x=1} 1')],
    ['an unclosed brace', page('a{x="1" 1')],
    ['no value', page('a')],
    ['a value that is no number', page('a one')],
    ['a value in hexadecimal', page('a 0x10')],
    ['a negative counter', page('# TYPE a counter', 'a -1')],
    ['a counter that is NaN', page('# TYPE a counter', 'a NaN')],
    ['a histogram without +Inf', page(...HISTOGRAM, 'h_bucket{le="1"} 1', 'h_sum 1', 'h_count 1')],
    ['a histogram without sum', page(...HISTOGRAM, 'h_bucket{le="+Inf"} 1', 'h_count 1')],
    ['a count that is not +Inf', page(...HISTOGRAM, 'h_bucket{le="+Inf"} 1', 'h_sum 1', 'h_count 2')],
    [
      'bounds that descend',
      page(
        ...HISTOGRAM,
        'h_bucket{le="2"} 1',
        'h_bucket{le="1"} 1',
        'h_bucket{le="+Inf"} 1',
        'h_sum 1',
        'h_count 1',
      ),
    ],
    [
      'buckets that descend',
      page(...HISTOGRAM, 'h_bucket{le="1"} 2', 'h_bucket{le="+Inf"} 1', 'h_sum 1', 'h_count 1'),
    ],
    ['a bucket without le', page(...HISTOGRAM, 'h_bucket 1', 'h_sum 1', 'h_count 1')],
    ['a sum with le', page(...HISTOGRAM, 'h_bucket{le="+Inf"} 1', 'h_sum{le="1"} 1', 'h_count 1')],
  ])('refuses %s', (_, text) => {
    expect(() => parse(text)).toThrow();
  });
});
