import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Context, context, ROOT_CONTEXT, type SpanContext, TraceFlags, trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { readConfigFile } from '../../../instrumentation/configuration/config-file';
import { settingsFromModel } from '../../../instrumentation/configuration/settings-from-model';
import { traceBased } from '../../../instrumentation/metrics/exemplars';
import { limitOf, testPipeline } from '../../support/metrics-pipeline';
import { parseOpenMetrics } from '../../support/open-metrics';
import { ROOT } from '../../support/source-files';

const hex = (digit: string, length: number) => digit.repeat(length);
const span = (digit: string, more: Partial<SpanContext> = {}): Context =>
  trace.setSpanContext(ROOT_CONTEXT, {
    traceId: hex(digit, 32),
    spanId: hex(digit, 16),
    traceFlags: TraceFlags.SAMPLED,
    ...more,
  });

async function exemplars(pipeline: ReturnType<typeof testPipeline>) {
  const families = parseOpenMetrics(`${await pipeline.page.render('openMetrics')}`);
  return families.flatMap(({ samples }) =>
    samples.flatMap(({ name, labels, exemplar }) => (exemplar ? [{ name, labels, exemplar }] : [])),
  );
}

const seconds = { unit: 's', advice: { explicitBucketBoundaries: [0.1, 1] } };

describe('exemplars', () => {
  it('are the last measurement of each series and bucket that was made in a sampled span', async () => {
    const pipeline = testPipeline({ exemplars: true });
    const histogram = pipeline.meter.createHistogram('h_seconds', seconds);
    const before = Date.now() / 1000;
    histogram.record(0.05, { a: '1' }, span('1'));
    histogram.record(0.06, { a: '1' }, span('2'));
    histogram.record(0.07, { a: '1' }, span('3', { traceFlags: TraceFlags.NONE }));
    histogram.record(0.5, { a: '1' });
    histogram.record(50, { a: '2' }, span('4'));
    const shown = await exemplars(pipeline);
    expect(shown).toEqual([
      {
        name: 'h_seconds_bucket',
        labels: { a: '1', le: '0.1' },
        exemplar: {
          labels: { trace_id: hex('2', 32), span_id: hex('2', 16) },
          value: 0.06,
          timestamp: expect.any(Number),
        },
      },
      {
        name: 'h_seconds_bucket',
        labels: { a: '2', le: '+Inf' },
        exemplar: expect.objectContaining({ value: 50 }),
      },
    ]);
    const at = shown[0]?.exemplar.timestamp ?? 0;
    expect(at >= before - 0.001 && at <= Date.now() / 1000).toBe(true);
  });

  it('stand on counters too, but not for the 0 that declares a series', async () => {
    const pipeline = testPipeline({ exemplars: true });
    const counter = pipeline.meter.createCounter('c_total');
    counter.add(0, { a: '1' }, span('1'));
    counter.add(3, { a: '2' }, span('2'));
    counter.add(4, { a: '2' });
    expect((await exemplars(pipeline)).map(({ labels, exemplar }) => [labels.a, exemplar.value])).toEqual([
      ['2', 3],
    ]);
  });

  it('leave a counter that clashes in OpenMetrics, where only counters may carry them', async () => {
    const pipeline = testPipeline({ exemplars: true });
    pipeline.meter.createGauge('c').record(1);
    pipeline.meter.createCounter('c_total').add(1, {}, span('1'));
    expect(await exemplars(pipeline)).toEqual([]);
  });

  it('are not kept without tracing', async () => {
    const pipeline = testPipeline();
    pipeline.meter.createHistogram('h_seconds', seconds).record(0.05, {}, span('1'));
    pipeline.meter.createCounter('c_total').add(1, {}, span('1'));
    expect(await exemplars(pipeline)).toEqual([]);
  });

  it('go with their series', async () => {
    const lifetimes = [{ label: 'a', livesIn: 'alive', except: [] }];
    const pipeline = testPipeline({ exemplars: true, lifetimes, lingerMs: 0 });
    const histogram = pipeline.meter.createHistogram('h_seconds', seconds);
    const alive = new Set(['1', '2']);
    pipeline.meter.createObservableGauge('alive').addCallback((result) => {
      for (const a of alive) result.observe(1, { a });
    });
    histogram.record(0.05, { a: '1' }, span('1'));
    expect((await exemplars(pipeline)).length).toBe(1);
    alive.delete('1');
    await exemplars(pipeline);
    histogram.record(0.05, { a: '1' });
    expect(await exemplars(pipeline)).toEqual([]);
  });

  it('are one per bucket, however many traces there are, the overflow series included', async () => {
    const pipeline = testPipeline({ exemplars: true, seriesLimits: limitOf(3) });
    const histogram = pipeline.meter.createHistogram('h_seconds', seconds);
    for (let i = 0; i < 1_000; i++) histogram.record(i % 3, { a: `${i % 10}` }, span('abcdef'[i % 6] ?? 'a'));
    expect((await exemplars(pipeline)).length).toBeLessThanOrEqual(3 * 3);
  });

  describe('without a context of their own', () => {
    beforeAll(() => new NodeTracerProvider().register());
    afterAll(() => {
      context.disable();
      trace.disable();
    });

    it('come from the active one', async () => {
      const pipeline = testPipeline({ exemplars: true });
      const histogram = pipeline.meter.createHistogram('h_seconds', seconds);
      await context.with(span('7'), async () => {
        await turn();
        histogram.record(0.05);
        histogram.record(0.5, {}, ROOT_CONTEXT);
      });
      expect((await exemplars(pipeline)).map(({ exemplar }) => exemplar.labels.trace_id)).toEqual([
        hex('7', 32),
      ]);
    });
  });

  it.each([
    ['a context that is none', 'x' as never],
    [
      'a context that throws',
      new Proxy(
        {},
        {
          get: () => () => {
            throw new Error('no');
          },
        },
      ) as never,
    ],
    ['an id that would break the line', span('1', { traceId: `"}\n${hex('1', 29)}` })],
    ['an id of zeros', span('1', { spanId: hex('0', 16) })],
    ['a span that is not sampled', span('1', { traceFlags: 0 })],
    ['nothing', undefined],
  ])('are not made of %s', (_, within) => {
    expect(traceBased(1, within)).toBeUndefined();
  });
});

describe('the key exemplar_filter', () => {
  const settings = (filter: string, tracing: boolean) => {
    const shipped = readFileSync(join(ROOT, 'otel-config.yaml'), 'utf8').replace(
      /^ +exemplar_filter:.*\n/m,
      '',
    );
    const file = join(mkdtempSync(join(tmpdir(), 'exemplar-filter-')), 'otel-config.yaml');
    writeFileSync(file, shipped.replace('meter_provider:\n', `meter_provider:\n${filter}`));
    const env = tracing ? { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' } : {};
    return settingsFromModel(readConfigFile(file, env), env).metrics.exemplars;
  };

  it('is trace_based where it is not set, and means nothing without tracing', () => {
    expect([settings('', true), settings('  exemplar_filter: trace_based\n', true)]).toEqual([true, true]);
    expect(settings('', false)).toBe(false);
    expect(settings('  exemplar_filter: always_off\n', true)).toBe(false);
  });

  it.each(['always_on', 'sometimes'])('%s is refused by name', (filter) => {
    expect(() => settings(`  exemplar_filter: ${filter}\n`, true)).toThrow(
      expect.objectContaining({ key: expect.stringContaining('exemplar_filter') }),
    );
  });
});
