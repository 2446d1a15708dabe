import { describe, expect, it } from '@jest/globals';
import type { Attributes, Meter } from '@opentelemetry/api';
import { seriesValue } from '../support/exposition';
import { testPipeline } from '../support/metrics-pipeline';

const BAD: readonly (readonly [string, unknown])[] = [
  ['NaN', Number.NaN],
  ['+Inf', Infinity],
  ['-Inf', -Infinity],
  ['negative', -5],
  ['text', '7'],
  ['no number', 'abc'],
  ['undefined', undefined],
  ['null', null],
  ['bigint', 3n],
  ['object', {}],
  ['boolean', true],
  ['array', [3]],
  ['symbol', Symbol('s')],
];
const GOOD = [0, -0, 5e-324, 2 ** 53 + 1, 1.5];
const circular: Record<string, unknown> = {};
circular.self = circular;
const LABELS: readonly unknown[] = [
  { a: '"' },
  { a: '\n' },
  { a: '\r' },
  { a: '\\' },
  { a: '\0' },
  { a: 'é比🚀' },
  { a: '\ud800' },
  { a: 'x'.repeat(2 ** 20) },
  { a: '' },
  { 'a.b': '1', a_b: '2' },
  { a__b: '1', a_b: '2' },
  { '1abc': 'x' },
  { '': 'x' },
  { é: '1', 比: '2' },
  { le: '1', quantile: '2' },
  { __name__: 'x', __address__: 'y' },
  { 'a\nb': 'x' },
  { a: 1 },
  { a: true, b: null, c: undefined },
  { a: [1, 2], b: new Date(0) },
  { a: 1n, b: () => {}, c: Symbol('s') },
  { a: circular },
  'text',
  7,
  ['x', 'y'],
];

type Measure = (value: unknown, labels?: unknown) => void;

/** What may be recorded: NaN on a histogram declares its series, a negative is fine on a level. */
const INSTRUMENTS: readonly (readonly [string, boolean, (meter: Meter) => Measure])[] = [
  ['counter_total', false, (m) => bound(m.createCounter('counter_total'), 'add')],
  ['updown', true, (m) => bound(m.createUpDownCounter('updown'), 'add')],
  ['gauge', true, (m) => bound(m.createGauge('gauge'), 'record')],
  ['histogram', false, (m) => bound(m.createHistogram('histogram'), 'record')],
  [
    'observed_total',
    false,
    (m) => observed((callback) => m.createObservableCounter('observed_total').addCallback(callback)),
  ],
  [
    'observed',
    true,
    (m) => observed((callback) => m.createObservableGauge('observed').addCallback(callback)),
  ],
];

function bound(instrument: object, method: string): Measure {
  return (value, labels) => (instrument as Record<string, Measure>)[method]?.(value, labels);
}

type Callback = (result: { observe(value: number, labels?: Attributes): void }) => void;

/** Everything recorded so far is observed at each collection. */
function observed(register: (callback: Callback) => void): Measure {
  const all: [unknown, unknown][] = [];
  register((result) => {
    for (const [value, labels] of all.splice(0)) result.observe(value as number, labels as Attributes);
  });
  return (value, labels) => void all.push([value, labels]);
}

const isRefused = (name: string, label: string, signed: boolean) =>
  !(label === 'negative' && signed) && !(label === 'NaN' && name === 'histogram');

describe('R16: bad values', () => {
  it(`never poison a series: ${BAD.length} values, ${LABELS.length} label shapes, ${INSTRUMENTS.length} instruments`, async () => {
    const { meter, parsed } = testPipeline();
    let [records, expected] = [0, 0];
    for (const [name, signed, make] of INSTRUMENTS) {
      const record = make(meter);
      for (const labels of LABELS)
        for (const [label, value] of BAD) {
          records++;
          if (isRefused(name, label, signed)) expected++;
          record(value, labels);
        }
      for (const labels of LABELS) for (const value of GOOD) record(value, labels);
      record(41, { good: 'x' });
    }
    const page = await parsed();
    const refused = seriesValue(page, 'telemetry_rejected_total', { reason: 'value' });
    console.log(`R16: ${records} bad values with bad labels: ${refused} refused, ${expected} expected`);
    expect(refused).toBe(expected);
    expect(page.flatMap(({ samples }) => samples).filter(({ value }) => !Number.isFinite(value))).toEqual([]);
    for (const [name] of INSTRUMENTS)
      expect(seriesValue(page, name === 'histogram' ? 'histogram_sum' : name, { good: 'x' })).toBe(41);
  });

  it('a sum that would run over refuses the addition, not its series', async () => {
    const { meter, parsed } = testPipeline();
    const [counter, histogram] = [meter.createCounter('c_total'), meter.createHistogram('h')];
    for (let i = 0; i < 3; i++) {
      counter.add(1e308);
      histogram.record(1e308);
    }
    const page = await parsed();
    expect(seriesValue(page, 'c_total')).toBe(1e308);
    expect(seriesValue(page, 'h_count')).toBe(1);
    expect(seriesValue(page, 'telemetry_rejected_total', { reason: 'value' })).toBe(4);
  });
});
