import { describe, expect, it } from '@jest/globals';
import type { Attributes, Histogram, Meter } from '@opentelemetry/api';
import { seriesValue } from '../../support/exposition';
import { limitOf, testPipeline } from '../../support/metrics-pipeline';

const rejected = (families: Parameters<typeof seriesValue>[0], reason: string) =>
  seriesValue(families, 'telemetry_rejected_total', { reason });

describe('values', () => {
  const bad = [Number.NaN, Infinity, -Infinity, '7', 'abc', null, undefined, 1n, {}, [3], true, Symbol('x')];

  it('R16: refuses and counts what is no number, and no series is poisoned', async () => {
    const { meter, parsed } = testPipeline();
    const counter = meter.createCounter('c_total');
    const upDown = meter.createUpDownCounter('u');
    const gauge = meter.createGauge('g');
    counter.add(2);
    upDown.add(2);
    gauge.record(2);
    for (const value of bad) {
      counter.add(value as number);
      upDown.add(value as number);
      gauge.record(value as number);
    }
    counter.add(-1);
    const families = await parsed();
    expect(['c_total', 'u', 'g'].map((name) => seriesValue(families, name))).toEqual([2, 2, 2]);
    expect(rejected(families, 'value')).toBe(3 * bad.length + 1);
  });

  it('a NaN declares an empty histogram series and is not counted; the rest is refused', async () => {
    const { meter, parsed } = testPipeline();
    const histogram = meter.createHistogram('h', { advice: { explicitBucketBoundaries: [1, 2] } });
    histogram.record(Number.NaN, { a: 'x' });
    for (const value of [Infinity, -Infinity, -1, '7', null, 1n])
      histogram.record(value as number, { a: 'x' });
    histogram.record(1.5, { a: 'y' });
    const families = await parsed();
    expect(seriesValue(families, 'h_count', { a: 'x' })).toBe(0);
    expect(seriesValue(families, 'h_sum', { a: 'x' })).toBe(0);
    expect(seriesValue(families, 'h_bucket', { a: 'y', le: '2' })).toBe(1);
    expect(rejected(families, 'value')).toBe(6);
  });

  it('observed values are held to the same rule', async () => {
    const { meter, parsed } = testPipeline();
    meter.createObservableCounter('c_total').addCallback((result) => {
      result.observe(-1);
      result.observe(Number.NaN);
      result.observe(5, { a: 'x' });
    });
    meter.createObservableGauge('g').addCallback((result) => {
      for (const value of bad) result.observe(value as number);
      result.observe(-3);
    });
    const families = await parsed();
    expect(seriesValue(families, 'c_total')).toBeUndefined();
    expect(seriesValue(families, 'c_total', { a: 'x' })).toBe(5);
    expect(seriesValue(families, 'g')).toBe(-3);
    expect(rejected(families, 'value')).toBe(2 + bad.length);
  });
});

describe('attributes', () => {
  const cases: [string, unknown, Attributes, number][] = [
    [
      'numbers, booleans and big integers become text',
      { a: 1, b: true, c: 2n },
      { a: '1', b: 'true', c: '2' },
      0,
    ],
    ['an array and an object become JSON', { a: ['x', 1], b: { y: 1 } }, { a: '["x",1]', b: '{"y":1}' }, 0],
    [
      'what has no text is left out and counted',
      { a: null, b: undefined, c: () => {}, d: Symbol('s'), e: 'x' },
      { e: 'x' },
      4,
    ],
    ['dots and dashes become underscores', { 'a.b-c': 'x' }, { a_b_c: 'x' }, 0],
    ['of keys that collide the first stays', { 'a.b': '1', a_b: '2', a__b: '3' }, { a_b: '1' }, 2],
    ['runs of underscores collapse', { __proto: '1', x_: '2' }, { _proto: '1', x_: '2' }, 0],
    ['a digit in front gets an underscore', { '1a': 'x' }, { _1a: 'x' }, 0],
    [
      'le and quantile are the format’s own',
      { le: '1', quantile: '2' },
      { attr_le: '1', attr_quantile: '2' },
      0,
    ],
    ['an empty key gets a name', { '': 'x' }, { attr_: 'x' }, 0],
    ['keys of other scripts collide and the first stays', { 比: '1', 特: '2' }, { attr_: '1' }, 1],
    ['an empty value is no label', { a: '', b: 'x' }, { b: 'x' }, 0],
    ['a lone surrogate becomes U+FFFD', { a: 'x\ud800' }, { a: 'x\ufffd' }, 0],
    ['a long value is cut', { a: 'x'.repeat(1_000_000) }, { a: 'x'.repeat(256) }, 0],
    [
      'a cut does not leave half a character',
      { a: `${'x'.repeat(255)}🚀` },
      { a: `${'x'.repeat(255)}\ufffd` },
      0,
    ],
    [
      'at most twelve labels',
      Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, 'x'])),
      Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`k${i}`, 'x'])),
      8,
    ],
    ['attributes that are no object', 'text', {}, 1],
    ['a list has numbers for names', ['x'], { _0: 'x' }, 0],
    ['quotes, line feeds and backslashes survive', { a: 'q"\\\n\r\t\0' }, { a: 'q"\\\n\r\t\0' }, 0],
  ];

  it.each(cases)('%s', async (_, attributes, labels, refused) => {
    const { meter, parsed } = testPipeline();
    meter.createCounter('c_total').add(1, attributes as Attributes);
    const families = await parsed();
    expect(families.find(({ name }) => name === 'c_total')?.samples[0]?.labels).toEqual(labels);
    expect(rejected(families, 'attribute')).toBe(refused);
  });

  it('a getter, a proxy, a circle and a hostile toJSON never throw into the caller', async () => {
    const { meter, parsed } = testPipeline();
    const counter = meter.createCounter('c_total');
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const trap = () => {
      throw new Error('trap');
    };
    const hostile: unknown[] = [
      Object.defineProperty({}, 'a', { enumerable: true, get: trap }),
      new Proxy({}, { ownKeys: trap, get: trap, getPrototypeOf: trap }),
      { circle },
      { a: { toJSON: trap } },
      Object.freeze({ a: 1n, b: { c: 1n } }),
    ];
    for (const attributes of hostile) counter.add(1, attributes as Attributes);
    const total = (await parsed()).find(({ name }) => name === 'c_total')?.samples ?? [];
    expect(total.reduce((sum, { value }) => sum + value, 0)).toBe(hostile.length);
  });

  it('M19: a number and its text are one series', async () => {
    const { meter, parsed } = testPipeline();
    const counter = meter.createCounter('c_total');
    counter.add(1, { a: 1 });
    counter.add(1, { a: '1' });
    expect(seriesValue(await parsed(), 'c_total', { a: '1' })).toBe(2);
  });

  it('an object that its owner changes afterwards does not change what was recorded', async () => {
    const { meter, parsed } = testPipeline();
    const counter = meter.createCounter('c_total');
    const labels = { a: 'first' };
    counter.add(1, labels);
    labels.a = 'second';
    counter.add(1, labels);
    const families = await parsed();
    expect(['first', 'second'].map((a) => seriesValue(families, 'c_total', { a }))).toEqual([1, 1]);
  });

  it('a frozen object with a bad attribute is counted at each use', async () => {
    const { meter, parsed } = testPipeline();
    const counter = meter.createCounter('c_total');
    const labels = Object.freeze({ a: 'x', b: Symbol('s') }) as unknown as Attributes;
    for (let i = 0; i < 5; i++) counter.add(1, labels);
    const families = await parsed();
    expect(seriesValue(families, 'c_total', { a: 'x' })).toBe(5);
    expect(rejected(families, 'attribute')).toBe(5);
  });
});

describe('limits of series', () => {
  it('M11: hold over many scrapes, with exact sums and an exact count of what was folded', async () => {
    const { meter, parsed } = testPipeline({ seriesLimits: limitOf(100) });
    const counter = meter.createCounter('c_total');
    const histogram = meter.createHistogram('h_seconds', { unit: 's' });
    let families = await parsed();
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 150; i++) {
        counter.add(1, { user: `${round}-${i}` });
        histogram.record(1, { user: `${round}-${i}` });
      }
      families = await parsed();
    }
    const samples = families.find(({ name }) => name === 'c_total')?.samples ?? [];
    expect(samples.length).toBe(100);
    expect(samples.reduce((sum, { value }) => sum + value, 0)).toBe(3_000);
    expect(seriesValue(families, 'c_total', { otel_metric_overflow: 'true' })).toBe(3_000 - 99);
    expect(seriesValue(families, 'h_seconds_count', { otel_metric_overflow: 'true' })).toBe(3_000 - 99);
    expect(seriesValue(families, 'telemetry_overflow_total', { metric: 'c_total' })).toBe(3_000 - 99);
    expect(seriesValue(families, 'telemetry_overflow_total', { metric: 'h_seconds' })).toBe(3_000 - 99);
  });

  it('each metric has its own', async () => {
    const { meter, parsed } = testPipeline({ seriesLimits: limitOf(3) });
    for (const name of ['a_total', 'b_total'])
      for (let i = 0; i < 5; i++) meter.createCounter(name).add(1, { i });
    const families = await parsed();
    for (const name of ['a_total', 'b_total'])
      expect(families.find((family) => family.name === name)?.samples.length).toBe(3);
  });

  it('M10: gauges beyond it are left out, observed counters add up', async () => {
    const { meter, parsed } = testPipeline({ seriesLimits: limitOf(3) });
    const observe = (result: { observe(value: number, labels: Attributes): void }) => {
      for (let i = 0; i < 5; i++) result.observe(10 + i, { i });
    };
    meter.createObservableGauge('g').addCallback(observe);
    meter.createObservableCounter('c_total').addCallback(observe);
    const gauge = meter.createGauge('s');
    for (let i = 0; i < 5; i++) gauge.record(i, { i });
    const families = await parsed();
    const values = (name: string) =>
      families.find((family) => family.name === name)?.samples.map(({ value }) => value);
    expect(values('g')).toEqual([10, 11]);
    expect(values('c_total')).toEqual([10, 11, 12 + 13 + 14]);
    expect(values('s')).toEqual([0, 1]);
  });
});

describe('observed instruments', () => {
  it('M9: a label set that is no longer observed leaves the page, of gauges and of counters', async () => {
    const { meter, parsed } = testPipeline();
    let live = ['BTC', 'ETH'];
    const observe = (result: { observe(value: number, labels: Attributes): void }) => {
      for (const symbol of live) result.observe(1, { symbol });
    };
    meter.createObservableGauge('g').addCallback(observe);
    meter.createObservableCounter('c_total').addCallback(observe);
    const symbols = async (name: string) =>
      (await parsed()).find((family) => family.name === name)?.samples.map(({ labels }) => labels.symbol);
    expect([await symbols('g'), await symbols('c_total')]).toEqual([live, live]);
    live = ['ETH'];
    expect([await symbols('g'), await symbols('c_total')]).toEqual([live, live]);
    live = [];
    expect([await symbols('g'), await symbols('c_total')]).toEqual([undefined, undefined]);
  });

  it('a removed limit of symbols is free for new ones', async () => {
    const { meter, parsed } = testPipeline({ seriesLimits: limitOf(3) });
    let symbol = 0;
    meter.createObservableGauge('g').addCallback((result) => {
      result.observe(1, { symbol: symbol++ });
      result.observe(1, { symbol: symbol++ });
    });
    for (let i = 0; i < 10; i++) await parsed();
    expect(seriesValue(await parsed(), 'telemetry_overflow_total', { metric: 'g' })).toBeUndefined();
  });

  it('a batch callback observes only what it was registered for, and can be removed', async () => {
    const { meter, parsed } = testPipeline();
    const [a, b, other] = ['a', 'b', 'other'].map((name) => meter.createObservableGauge(name));
    const callback = (result: { observe(target: never, value: number): void }) => {
      for (const target of [a, b, other, {}, null]) result.observe(target as never, 1);
    };
    meter.addBatchObservableCallback(callback, [a!, b!]);
    meter.addBatchObservableCallback(callback, [a!, b!]);
    const families = await parsed();
    expect(['a', 'b', 'other'].map((name) => seriesValue(families, name))).toEqual([1, 1, undefined]);
    meter.removeBatchObservableCallback(callback, [a!, b!]);
    expect(seriesValue(await parsed(), 'a')).toBeUndefined();
  });

  it('a callback registered twice runs once, and not after its removal', async () => {
    const { meter, parsed } = testPipeline();
    let runs = 0;
    const gauge = meter.createObservableGauge('g');
    const callback = () => {
      runs++;
    };
    gauge.addCallback(callback);
    gauge.addCallback(callback);
    await parsed();
    gauge.removeCallback(callback);
    await parsed();
    expect(runs).toBe(1);
  });
});

describe('names', () => {
  it('M13: the same definition in two scopes is one metric with one sum', async () => {
    const { provider, parsed } = testPipeline();
    const meters = ['one', 'two'].map((scope) => (provider.getMeter as (name: string) => Meter)(scope));
    for (const meter of meters) meter.createCounter('c_total', { description: 'C' }).add(1);
    for (const meter of meters) meter.createCounter('c').add(1);
    expect(seriesValue(await parsed(), 'c_total')).toBe(4);
  });

  it.each<[string, (meter: Meter) => unknown, (meter: Meter) => unknown]>([
    ['another kind', (m) => m.createCounter('x_total'), (m) => m.createHistogram('x_total')],
    ['another unit', (m) => m.createGauge('x', { unit: 's' }), (m) => m.createGauge('x', { unit: 'ms' })],
    ['a gauge over a histogram’s samples', (m) => m.createHistogram('x'), (m) => m.createGauge('x_count')],
    ['a histogram over a gauge', (m) => m.createGauge('x_sum'), (m) => m.createHistogram('x')],
    ['a.b beside a_b of another kind', (m) => m.createGauge('a.b'), (m) => m.createObservableGauge('a_b')],
    ['telemetry’s own name', () => {}, (m) => m.createCounter('metrics_scrapes')],
    ['target_info', () => {}, (m) => m.createGauge('target_info')],
    ['an invalid name', () => {}, (m) => m.createGauge('比')],
    ['an empty name', () => {}, (m) => m.createGauge('')],
    ['a name that is no text', () => {}, (m) => m.createGauge(undefined as never)],
    ['a name of 300 characters', () => {}, (m) => m.createGauge('x'.repeat(300))],
  ])('%s is refused: it records nothing, and the page stands', async (_, first, second) => {
    const { meter, parsed } = testPipeline();
    first(meter);
    const refused = second(meter) as Histogram & {
      add?(value: number): void;
      addCallback?(f: unknown): void;
    };
    refused.record?.(1);
    refused.add?.(1);
    refused.addCallback?.(() => {});
    expect(rejected(await parsed(), 'name')).toBe(1);
  });

  it('M12: there is an end to new names', async () => {
    const { meter, parsed } = testPipeline();
    for (let i = 0; i < 2_100; i++) meter.createCounter(`c${i}_total`).add(1);
    const families = await parsed();
    expect(rejected(families, 'name')).toBe(100);
    expect(families.filter(({ name }) => /^c\d/.test(name)).length).toBe(2_000);
  });

  it('M20, M21: odd boundaries, units and descriptions do no harm', async () => {
    const { meter, parsed } = testPipeline();
    const record = (name: string, options: unknown) =>
      meter.createHistogram(name, options as never).record(1.5);
    record('nan', { advice: { explicitBucketBoundaries: [Number.NaN, 3, 1, 1, Infinity, '2'] } });
    record('empty', { advice: { explicitBucketBoundaries: [] } });
    record('text', {
      description: 'two\nlines \\ and\r',
      unit: 'a\nb',
      advice: { explicitBucketBoundaries: 7 },
    });
    record(
      'hostile',
      Object.defineProperty({}, 'unit', {
        get: () => {
          throw new Error('no');
        },
      }),
    );
    record('objects', { description: {}, unit: [] });
    const families = await parsed();
    const bounds = (name: string) =>
      families.find((family) => family.name === name)?.samples.flatMap(({ labels }) => labels.le ?? []);
    expect(bounds('nan')).toEqual(['1', '3', '+Inf']);
    expect(bounds('empty')).toEqual(['+Inf']);
    expect(families.find(({ name }) => name === 'text')?.help).toBe('two\nlines \\ and\r');
  });

  it('a histogram in seconds without buckets of its own gets buckets for seconds', async () => {
    const { meter, parsed } = testPipeline();
    meter.createHistogram('h_seconds', { unit: 's' }).record(0.003);
    expect(seriesValue(await parsed(), 'h_seconds_bucket', { le: '0.005' })).toBe(1);
  });
});
