import { defaultResource } from '@opentelemetry/resources';
import { createMetricsPipeline, type MetricsPipeline } from '../../instrumentation/metrics/pipeline';
import { type MetricsSettings, safeDefaults } from '../../instrumentation/settings';
import { type Family, parse } from './exposition';

export interface TestPipeline extends MetricsPipeline {
  readonly meter: ReturnType<MetricsPipeline['provider']['getMeter']>;
  /** The page as the endpoint would serve it, read strictly. */
  parsed(): Promise<Family[]>;
}

/** The metrics side without a server and without globals. */
export function testPipeline(settings: Partial<MetricsSettings> = {}): TestPipeline {
  const defaults = { ...safeDefaults({}).metrics, host: '127.0.0.1', port: 0, maxAgeMs: 0 };
  const pipeline = createMetricsPipeline({ ...defaults, ...settings }, defaultResource(), true, () => {});
  return {
    ...pipeline,
    meter: pipeline.provider.getMeter(),
    parsed: async () => parse(`${await pipeline.page.render()}`),
  };
}

/** The same limit for every kind of instrument. */
export function limitOf(limit: number): MetricsSettings['seriesLimits'] {
  const kinds = Object.keys(safeDefaults({}).metrics.seriesLimits);
  return Object.fromEntries(kinds.map((kind) => [kind, limit])) as MetricsSettings['seriesLimits'];
}
