/** Who makes the page of `scrape-load.ts`: one scrape, from the state to what is sent. */
import type { Attributes, Meter } from '@opentelemetry/api';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { Gauge, Histogram, Registry } from 'prom-client';
import { createMetricsPipeline } from '../instrumentation/metrics/pipeline';
import { safeDefaults } from '../instrumentation/settings';
import { executionSeconds, HISTOGRAM, HISTOGRAM_BUCKETS, KLINES, klineValue, type Load } from './scrape-load';

export interface Scraped {
  readonly name: string;
  /** State moves on, then is scraped. @returns the page's size in characters */
  scrape(round: number): Promise<number>;
}

const UNLIMITED = 1_000_000;

/** The trader's own way: histograms are recorded, what the candle store knows is observed. */
function instrument(meter: Meter, { traders, klines }: Load, round: () => number): void {
  const advice = { explicitBucketBoundaries: [...HISTOGRAM_BUCKETS] };
  const histogram = meter.createHistogram(HISTOGRAM, { description: 'Execution', unit: 's', advice });
  for (const [index, labels] of traders.entries()) histogram.record(executionSeconds(index, 0), labels);
  const gauges = KLINES.map((name) => meter.createObservableGauge<Attributes>(name, { description: name }));
  meter.addBatchObservableCallback((result) => {
    const now = round();
    for (const [series, labels] of klines.entries())
      for (let metric = 0; metric < gauges.length; metric++)
        result.observe(gauges[metric]!, klineValue(metric, series, now), labels);
  }, gauges);
}

export function ours(load: Load): Scraped {
  const { metrics } = safeDefaults({});
  const limits = Object.keys(metrics.seriesLimits).map((kind) => [kind, UNLIMITED]);
  const settings = { ...metrics, seriesLimits: Object.fromEntries(limits), collectTimeoutMs: 60_000 };
  const pipeline = createMetricsPipeline(settings, resourceFromAttributes({}), true, () => {});
  let scrapes = 0;
  instrument(pipeline.provider.getMeter(), load, () => scrapes);
  return {
    name: 'ours',
    async scrape(round) {
      scrapes = round;
      return (await pipeline.page.render()).bytes;
    },
  };
}

/** The kline values are set beforehand, as on each message: only the page is made here. */
export function promClient({ traders, klines }: Load): Scraped {
  const registry = new Registry();
  const registers = [registry];
  const gauges = KLINES.map(
    (name) => new Gauge({ name, help: name, labelNames: ['interval', 'symbol'], registers }),
  );
  const buckets = [...HISTOGRAM_BUCKETS];
  const histogram = new Histogram({
    name: HISTOGRAM,
    help: 'Execution',
    labelNames: ['trader_id'],
    buckets,
    registers,
  });
  for (const [index, labels] of traders.entries())
    histogram.observe(labels as Record<string, string>, executionSeconds(index, 0));
  for (const [series, labels] of klines.entries())
    for (const [metric, gauge] of gauges.entries())
      gauge.set(labels as Record<string, string>, klineValue(metric, series, 0));
  return { name: 'prom-client', scrape: async () => (await registry.metrics()).length };
}

class Reader extends MetricReader {
  constructor() {
    super({ cardinalitySelector: () => UNLIMITED });
  }
  protected async onForceFlush(): Promise<void> {}
  protected async onShutdown(): Promise<void> {}
}

/** The same application code as ours on the stock SDK and its exporter's serializer. */
export function stockSdk(load: Load): Scraped {
  const reader = new Reader();
  let scrapes = 0;
  instrument(new MeterProvider({ readers: [reader] }).getMeter('bench'), load, () => scrapes);
  const serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
  return {
    name: 'stock SDK + exporter',
    async scrape(round) {
      scrapes = round;
      return serializer.serialize((await reader.collect()).resourceMetrics).length;
    },
  };
}
