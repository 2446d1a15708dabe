import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parsePage } from '../../../status/samples/parse';

const page = (...lines: string[]) => parsePage(`${lines.join('\n')}\n`);

describe('a page of metrics', () => {
  it('is read with its labels, escapes and special values', () => {
    const read = page(
      '# HELP a help',
      '# TYPE a gauge',
      'a{name="quote \\" slash \\\\ line \\n end",b="2"} 1.5',
      'a 2e3',
      'infinite{le="+Inf"} +Inf',
      'nothing NaN',
    );
    expect(read.value('a', { name: 'quote " slash \\ line \n end' })).toBe(1.5);
    expect(read.samples('a')[1]).toEqual({ labels: {}, value: 2000 });
    expect(read.value('infinite', { le: '+Inf' })).toBe(Infinity);
    expect(read.value('nothing')).toBeNaN();
    expect(read.badLines).toBe(0);
  });

  it('may be of another client: spaces, a trailing comma, timestamps, line ends of Windows', () => {
    const read = page('a{ b="1", c="2", } 3 1395066363000\r', 'd\t4');
    expect(read.value('a', { b: '1', c: '2' })).toBe(3);
    expect(read.value('d')).toBe(4);
  });

  it('may be OpenMetrics: exemplars and its end are no samples', () => {
    const read = page('h_bucket{le="1"} 4 # {trace_id="abc"} 0.5 1395066363.1', '# EOF');
    expect(read.value('h_bucket')).toBe(4);
    expect(read.badLines).toBe(0);
  });

  it('of which some lines cannot be read gives the others, and says how many', () => {
    const read = page('<html>', 'a{b="open} 1', 'a{b=c} 1', 'a one', 'good 7', '1a 2', 'cut');
    expect(read.value('good')).toBe(7);
    expect(read.badLines).toBe(6);
  });

  it('keeps labels that are names of Object’s prototype', () => {
    const read = page('a{__proto__="x",constructor="y"} 1', 'a{toString="z"} 2');
    expect(read.value('a', { __proto__: 'x', constructor: 'y' } as Record<string, string>)).toBe(1);
    expect(read.sumBy('a', '__proto__')).toBeDefined();
    expect(read.value('a', { toString: 'z' } as unknown as Record<string, string>)).toBe(2);
  });

  it('with any label value comes back as it was written', () => {
    const escaped = (text: string) => text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.double({ noNaN: true }), (text, value) => {
        const read = page(
          `a{name="${escaped(text)}",last="1"} ${value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : value}`,
        );
        expect(read.samples('a')[0]?.labels.name).toBe(text);
        expect(read.samples('a')[0]?.labels.last).toBe('1');
        expect(read.samples('a')[0]?.value).toBeCloseTo(value);
      }),
    );
  });

  it('that is any text at all never makes it throw', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => void parsePage(text)));
  });

  it('of 20,000 lines takes less than a second', () => {
    const lines = Array.from(
      { length: 20_000 },
      (_, at) => `kline_data_age_seconds{symbol="S${at}",interval="1m"} ${at}`,
    );
    const begun = performance.now();
    expect(page(...lines).samples('kline_data_age_seconds')).toHaveLength(20_000);
    const ms = performance.now() - begun;
    process.stdout.write(`20,000 lines in ${ms.toFixed(0)} ms\n`);
    expect(ms).toBeLessThan(1000);
  });
});
