import type { Attributes, Meter } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type DataPoint,
  type Histogram,
  InMemoryMetricExporter,
  InstrumentType,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';

export interface TestMeter {
  readonly meter: Meter;
  /** The value of one series now; undefined when there is none. A histogram gives its count. */
  value(name: string, labels?: Attributes): Promise<number | undefined>;
  /** Every series of a metric: its labels and value. */
  series(name: string): Promise<{ labels: Attributes; value: number }[]>;
}

/** A meter of its own for each test: no globals, nothing shared. */
export function testMeter(): TestMeter {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  // As the page's reader does: label sets that are no longer observed leave.
  exporter.selectAggregationTemporality = (type) =>
    type === InstrumentType.OBSERVABLE_GAUGE
      ? AggregationTemporality.DELTA
      : AggregationTemporality.CUMULATIVE;
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 30 });
  const provider = new MeterProvider({ readers: [reader] });
  // One after another, as scrapes are: two collections at once would share out the observations.
  let last: Promise<unknown> = Promise.resolve();
  const collect = () => {
    const collection = last.then(() => reader.collect());
    last = collection;
    return collection;
  };
  const points = async (name: string) => {
    const { resourceMetrics } = await collect();
    const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    return metrics
      .filter((metric) => metric.descriptor.name === name)
      .flatMap((metric) => metric.dataPoints as DataPoint<number | Histogram>[]);
  };
  const series = async (name: string) =>
    (await points(name)).map(({ attributes, value }) => ({
      labels: attributes,
      value: typeof value === 'number' ? value : value.count,
    }));
  return {
    meter: provider.getMeter('test'),
    series,
    async value(name, labels = {}) {
      const wanted = Object.entries(labels);
      const found = (await series(name)).find(
        ({ labels: own }) =>
          Object.keys(own).length === wanted.length && wanted.every(([key, text]) => own[key] === text),
      );
      return found?.value;
    },
  };
}
