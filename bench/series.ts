/** B3: what a series costs: heap, and bytes on the page. Labels as a trader's series have them. */
import { resourceFromAttributes } from '@opentelemetry/resources';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { createMetricsPipeline } from '../instrumentation/metrics/pipeline';
import { safeDefaults } from '../instrumentation/settings';
import { FILTER_METRICS } from '../src/telemetry/catalogue/filter';
import type { Benchmark, Contestant } from './benchmark';

const TRADERS = 2_000;
const SETS_PER_TRADER = 4;
const BUCKETS = FILTER_METRICS.executionDuration.buckets;
/** Sum, count and the buckets, the infinite one included. */
const LINES_OF_HISTOGRAM = BUCKETS.length + 3;
const LINES = TRADERS * (SETS_PER_TRADER - 1 + LINES_OF_HISTOGRAM);

interface Store {
  page(): Promise<string>;
}

const traders = Array.from({ length: TRADERS }, (_, index) => ({
  id: `5b0c3a52-0000-4000-8000-${String(index).padStart(12, '0')}`,
  name: `Trader number ${index}`,
}));

function ours(): Store {
  const unlimited = Object.fromEntries(
    Object.keys(safeDefaults({}).metrics.seriesLimits).map((kind) => [kind, 10 * TRADERS]),
  ) as ReturnType<typeof safeDefaults>['metrics']['seriesLimits'];
  const settings = { ...safeDefaults({}).metrics, seriesLimits: unlimited };
  const pipeline = createMetricsPipeline(settings, resourceFromAttributes({}), true, () => {});
  const meter = pipeline.provider.getMeter();
  const [executions, screenings] = ['a_executions_total', 'a_screenings_total'].map((name) =>
    meter.createCounter(name),
  );
  const matches = meter.createGauge('a_matches');
  const duration = meter.createHistogram('a_duration_seconds', {
    advice: { explicitBucketBoundaries: [...BUCKETS] },
  });
  for (const { id, name } of traders) {
    const labels = Object.freeze({ trader_id: id, trader_name: name });
    executions!.add(1, labels);
    screenings!.add(1, labels);
    matches.record(3, labels);
    duration.record(0.0123, labels);
  }
  return { page: async () => String(await pipeline.page.render()) };
}

function promClient(): Store {
  const register = new Registry();
  const registers = [register];
  const labelNames = ['trader_id', 'trader_name'];
  const [executions, screenings] = ['a_executions_total', 'a_screenings_total'].map(
    (name) => new Counter({ name, help: name, labelNames, registers }),
  );
  const matches = new Gauge({ name: 'a_matches', help: 'matches', labelNames, registers });
  const duration = new Histogram({
    name: 'a_duration_seconds',
    help: 'duration',
    labelNames,
    buckets: [...BUCKETS],
    registers,
  });
  for (const { id, name } of traders) {
    const labels = { trader_id: id, trader_name: name };
    executions!.inc(labels);
    screenings!.inc(labels);
    matches.set(labels, 3);
    duration.observe(labels, 0.0123);
  }
  return { page: () => register.metrics() };
}

function heapBytes(): number {
  for (let pass = 0; pass < 3; pass++) global.gc?.();
  return process.memoryUsage().heapUsed;
}

/** After a page, so that what a store keeps for its pages counts as well. */
async function heapPerLine(create: () => Store): Promise<number> {
  const before = heapBytes();
  const store = create();
  await store.page();
  await new Promise(setImmediate);
  const bytes = (heapBytes() - before) / LINES;
  // Alive until here.
  await store.page();
  return bytes;
}

async function pageBytesPerLine(create: () => Store): Promise<number> {
  const lines = (await create().page()).split('\n').filter((line) => line.startsWith('a_'));
  return lines.reduce((bytes, line) => bytes + line.length + 1, 0) / lines.length;
}

const contestantsOf = (figure: (create: () => Store) => Promise<number>) => (): readonly Contestant[] => [
  { name: 'ours', round: () => figure(ours) },
  { name: 'prom-client', round: () => figure(promClient) },
];

const shape = `${TRADERS} traders with two counters, a gauge and a histogram of ${BUCKETS.length} buckets each.`;

export const heap: Benchmark = {
  id: 'B3-heap',
  title: 'Heap per line of the page',
  unit: 'bytes',
  rounds: 5,
  contestants: contestantsOf(heapPerLine),
  goals: [{ against: 'prom-client', atMost: 1 }],
  note: shape,
};

export const page: Benchmark = {
  id: 'B3-page',
  title: 'Bytes per line of the page',
  unit: 'bytes',
  rounds: 3,
  contestants: contestantsOf(pageBytesPerLine),
  goals: [{ against: 'prom-client', atMost: 1 }],
};
