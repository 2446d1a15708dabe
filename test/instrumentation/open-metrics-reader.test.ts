import { describe, expect, it } from '@jest/globals';
import { parseOpenMetrics } from '../support/open-metrics';

const page = (...lines: string[]) => `${[...lines, '# EOF'].join('\n')}\n`;
const HISTOGRAM = ['# TYPE h_seconds histogram', '# UNIT h_seconds seconds', '# HELP h_seconds A \\"b\\"'];

describe('the strict reader of OpenMetrics', () => {
  it('reads metadata, samples, timestamps and exemplars', () => {
    const families = parseOpenMetrics(
      page(
        '# TYPE a counter',
        'a_total{x="q\\"\\\\\\n"} 3 1.5 # {trace_id="ab"} 1 1700000000.5',
        ...HISTOGRAM,
        'h_seconds_bucket{le="1"} 1 # {trace_id="cd"} 0.5',
        'h_seconds_bucket{le="+Inf"} 2',
        'h_seconds_sum 3.5',
        'h_seconds_count 2',
        '# TYPE g gauge',
        'g NaN',
      ),
    );
    const [a, h, g] = families;
    expect(families.map(({ name, type, unit, help }) => [name, type, unit, help])).toEqual([
      ['a', 'counter', '', ''],
      ['h_seconds', 'histogram', 'seconds', 'A "b"'],
      ['g', 'gauge', '', ''],
    ]);
    expect(a?.samples).toEqual([
      {
        name: 'a_total',
        labels: { x: 'q"\\\n' },
        value: 3,
        timestamp: 1.5,
        exemplar: { labels: { trace_id: 'ab' }, value: 1, timestamp: 1_700_000_000.5 },
      },
    ]);
    expect(h?.samples.map(({ exemplar }) => exemplar?.labels.trace_id)).toEqual(['cd', ...Array(3)]);
    expect(g?.samples[0]?.value).toBeNaN();
  });

  it.each([
    ['no end', '# TYPE a gauge\na 1\n'],
    ['text after the end', `${page('a 1')}a 2\n`],
    ['a counter without its suffix', page('# TYPE a counter', 'a 1', '# TYPE b counter', 'a 2')],
    ['two families of one name', page('# TYPE a gauge', 'a 1', '# TYPE a counter', 'a_total 1')],
    ['a gauge named like a counter’s creation', page('# TYPE a_created gauge', '# TYPE a counter')],
    ['a unit that the name lacks', page('# TYPE a gauge', '# UNIT a seconds', 'a 1')],
    ['an exemplar on a gauge', page('# TYPE a gauge', 'a 1 # {trace_id="ab"} 1')],
    ['an exemplar on a sum', page(...HISTOGRAM, 'h_seconds_sum 1 # {trace_id="ab"} 1')],
    ['an exemplar with long labels', page('# TYPE a counter', `a_total 1 # {t="${'x'.repeat(128)}"} 1`)],
    ['a series twice', page('# TYPE a gauge', 'a 1', 'a 2')],
  ])('refuses %s', (_, text) => {
    expect(() => parseOpenMetrics(text)).toThrow();
  });
});
