import { describe, expect, it } from '@jest/globals';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { type DataPoint, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { type Family, familyOf } from '../../../instrumentation/metrics/family';
import { labelsOf } from '../../../instrumentation/metrics/labels';
import { ServedPage } from '../../../instrumentation/metrics/page-cache';
import { PageEncoder } from '../../../instrumentation/metrics/page-encoder';
import { PLAIN_TEXT } from '../../../instrumentation/metrics/plain-text';
import { Sheet } from '../../../instrumentation/metrics/sheet';
import { Slices } from '../../../instrumentation/metrics/slices';
import { parse, type Sample, seriesKey } from '../../support/exposition';

class Reader extends MetricReader {
  protected override async onForceFlush() {}
  protected override async onShutdown() {}
}

const labels = fc.record({
  a: fc.string({ minLength: 1 }),
  b: fc.string({ unit: 'grapheme', minLength: 1 }),
});
const amounts = fc.array(fc.tuple(fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }), labels), {
  minLength: 1,
  maxLength: 20,
});

async function collected(records: readonly [number, Record<string, string>][]) {
  const reader = new Reader();
  const meter = new MeterProvider({ readers: [reader] }).getMeter('test');
  const counter = meter.createCounter('c_total', { description: 'C \\ "quoted"' });
  const gauge = meter.createGauge('g', { description: 'two\nlines' });
  const histogram = meter.createHistogram('h', {
    description: 'H',
    advice: { explicitBucketBoundaries: [0.1, 1, 1e6] },
  });
  for (const [value, attributes] of records) {
    counter.add(value, attributes);
    gauge.record(-value, attributes);
    histogram.record(value, attributes);
  }
  return (await reader.collect()).resourceMetrics;
}

async function encoded(families: readonly Family[]) {
  const encoder = new PageEncoder(PLAIN_TEXT, new Sheet(), new Slices(1_000));
  const written = await encoder.write(families);
  return { ...written, text: `${new ServedPage(encoder.end())}` };
}

const byKey = (samples: readonly Sample[]) =>
  new Map(samples.map(({ name, labels: own, value }) => [seriesKey(name, own), value]));

describe('the page encoder', () => {
  it('writes the same samples as the library’s serializer', async () => {
    await fc.assert(
      fc.asyncProperty(amounts, async (records) => {
        const resourceMetrics = await collected(records);
        const serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
        const theirs = parse(serializer.serialize(resourceMetrics));
        const families = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics).map(familyOf);
        const page = await encoded(families.filter((family) => family !== undefined));
        const ours = parse(page.text);
        const shape = (all: typeof ours) => all.map(({ name, type, help }) => ({ name, type, help }));
        expect(shape(ours)).toEqual(shape(theirs));
        const samples = ours.flatMap((family) => family.samples);
        expect(byKey(samples)).toEqual(byKey(theirs.flatMap((family) => family.samples)));
        expect(page.series).toBe(samples.length);
      }),
      { numRuns: 100 },
    );
  });

  it('leaves out a family that cannot be encoded, and names it', async () => {
    const bad = {
      attributes: {},
      get text(): never {
        throw new Error('no');
      },
    };
    const x = labelsOf({ x: '1' });
    const gauge = { help: '', unit: '', type: 'gauge' } as const;
    const families: Family[] = [
      { ...gauge, name: 'a', help: 'A', labels: [labelsOf({})], values: [1] },
      { ...gauge, name: 'b', help: 'B', labels: [x, bad], values: [1, 1] },
      { ...gauge, name: 'c', labels: [x], values: [Number.POSITIVE_INFINITY] },
      { ...gauge, name: 'd', help: 'D', labels: [], values: [] },
    ];
    const page = await encoded(families);
    expect(page.text).toBe('# HELP a A\n# TYPE a gauge\na 1\n# HELP c c\n# TYPE c gauge\nc{x="1"} +Inf\n');
    expect({ ...page, text: '' }).toMatchObject({ series: 2, families: 2, skipped: [{ name: 'b' }] });
  });

  it('M20: a shape that the text format cannot express is no family', () => {
    const exponential = { descriptor: { name: 'h' }, dataPointType: 1, dataPoints: [] as DataPoint<never>[] };
    expect(familyOf(exponential as never)).toBeUndefined();
  });
});
