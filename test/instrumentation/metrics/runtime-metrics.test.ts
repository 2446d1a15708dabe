import { performance } from 'node:perf_hooks';
import { describe, expect, it } from '@jest/globals';
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';
import { startRuntimeMetrics } from '../../../instrumentation/metrics/runtime-metrics';
import { type Family, seriesValue } from '../../support/exposition';
import { type TestPipeline, testPipeline } from '../../support/metrics-pipeline';

const OURS_ALONE = ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'v8js_memory_heap_limit'];

/** Until the delay has its samples, a collection happened, and the page has them. */
async function settled({ parsed }: TestPipeline): Promise<Family[]> {
  for (;;) {
    const garbage = Array.from({ length: 20_000 }, (_, index) => ({ index, text: `${index}` }));
    expect(garbage.length).toBe(20_000);
    await new Promise((resolve) => setTimeout(resolve, 120));
    const families = (await parsed()).filter(({ name }) => /^(nodejs|v8js|process)_/.test(name));
    const has = (name: string) =>
      families.some((family) => family.name === name && family.samples.length > 0);
    if (has('nodejs_eventloop_delay_p99') && has('v8js_gc_duration')) return families;
  }
}

const shapeOf = (families: readonly Family[]) =>
  families
    .filter(({ name }) => !OURS_ALONE.includes(name))
    .map(({ name, type, samples }) => {
      const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels)));
      return `${name} ${type} ${[...labels].sort()}`;
    })
    .sort();

describe('metrics of the Node runtime', () => {
  it('have the names, types and labels of OpenTelemetry’s own instrumentation', async () => {
    const [ours, theirs] = [testPipeline(), testPipeline()];
    startRuntimeMetrics(ours.provider);
    new RuntimeNodeInstrumentation().setMeterProvider(theirs.provider);
    expect(shapeOf(await settled(ours))).toEqual(shapeOf(await settled(theirs)));
  });

  it('say what the process says of itself', async () => {
    const pipeline = testPipeline();
    startRuntimeMetrics(pipeline.provider);
    const families = await settled(pipeline);
    const value = (name: string, labels = {}) => seriesValue(families, name, labels) ?? Number.NaN;
    expect(value('process_resident_memory_bytes') / process.memoryUsage.rss()).toBeCloseTo(1, 0);
    const { user, system } = process.cpuUsage();
    expect(value('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(value('process_cpu_seconds_total')).toBeLessThanOrEqual((user + system) / 1e6);
    expect(value('nodejs_eventloop_time_total', { nodejs_eventloop_state: 'idle' })).toBeLessThanOrEqual(
      performance.eventLoopUtilization().idle / 1000,
    );
    expect(value('v8js_memory_heap_limit')).toBeGreaterThan(
      value('v8js_memory_heap_used', { v8js_heap_space_name: 'old_space' }),
    );
  });

  it('show a block that follows a page at once, on the next page, and no longer than on two', async () => {
    const pipeline = testPipeline();
    startRuntimeMetrics(pipeline.provider);
    await settled(pipeline);
    const until = performance.now() + 300;
    while (performance.now() < until);
    const worst = async () => {
      await new Promise((resolve) => setTimeout(resolve, 120));
      return seriesValue(await pipeline.parsed(), 'nodejs_eventloop_delay_max') ?? 0;
    };
    expect(await worst()).toBeGreaterThan(0.25);
    await worst();
    expect(await worst()).toBeLessThan(0.25);
  });
});
