/** What a query may read: the catalogues of the trader and of its telemetry, Node's runtime, and the host's own metrics. */
import { SELF_METRICS } from '../../instrumentation/metrics/catalogue';
import { CATALOGUE } from '../../src/telemetry/catalogue';
import { HOST_METRICS } from './host-metrics';
import { RUNTIME_METRICS } from './runtime-metrics';

export type LabelValues = 'open' | readonly string[];

export interface MetricSource {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** UCUM. */
  readonly unit: string;
  readonly labels: Readonly<Record<string, LabelValues>>;
  /** `always` and `series` stand at zero before anything happened; the others are absent until it did. */
  readonly when: 'always' | 'series' | 'occurrence' | 'tracing';
  readonly help: string;
  readonly buckets?: readonly number[];
}

/** A name that may stand in a query; a histogram has three. */
export interface KnownMetric {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'bucket';
  /** The metric as its catalogue lists it. */
  readonly source: MetricSource;
  readonly labels: ReadonlyMap<string, LabelValues>;
}

/** Labels that the scraper (on Fly: the platform) writes on every series, over any label of the same name. */
export const PLACE_LABELS = ['app', 'region', 'host', 'instance'] as const;

/** One machine, by whatever label: a redeploy changes these, and two machines differ in them. */
export const MACHINE_LABELS: ReadonlySet<string> = new Set(['region', 'host', 'instance']);

const HISTOGRAM_PARTS = [
  { suffix: '_bucket', kind: 'bucket', extra: ['le'] },
  { suffix: '_sum', kind: 'counter', extra: [] },
  { suffix: '_count', kind: 'counter', extra: [] },
] as const;

function known(source: MetricSource, name: string, kind: KnownMetric['kind'], extra: readonly string[]) {
  const places = [...PLACE_LABELS, ...extra].map((label): [string, LabelValues] => [label, 'open']);
  return { name, kind, source, labels: new Map([...Object.entries(source.labels), ...places]) };
}

function namesOf(source: MetricSource): KnownMetric[] {
  if (source.type !== 'histogram') return [known(source, source.name, source.type, [])];
  return HISTOGRAM_PARTS.map(({ suffix, kind, extra }) => known(source, source.name + suffix, kind, extra));
}

export const METRIC_SOURCES: readonly MetricSource[] = [
  ...CATALOGUE,
  ...SELF_METRICS,
  ...RUNTIME_METRICS,
  ...HOST_METRICS,
];

const KNOWN = new Map(METRIC_SOURCES.flatMap(namesOf).map((metric) => [metric.name, metric]));

export function knownMetric(name: string): KnownMetric | undefined {
  return KNOWN.get(name);
}
