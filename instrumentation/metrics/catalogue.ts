/** The metrics telemetry keeps about itself. */

interface SelfMetric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** UCUM. */
  readonly unit: string;
  /** Label name → its closed values, or `open`. */
  readonly labels: Readonly<Record<string, 'open' | readonly string[]>>;
  /** `tracing`: only where traces are exported. */
  readonly when: 'always' | 'occurrence' | 'tracing';
  readonly help: string;
  readonly buckets?: readonly number[];
}

export const SCRAPE_CODES = ['200', '500', '503'] as const;
export type ScrapeCode = (typeof SCRAPE_CODES)[number];

export const REJECTION_REASONS = ['value', 'attribute', 'name'] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

export const DROP_REASONS = ['queue_full', 'rejected', 'timeout', 'unreachable', 'shutdown'] as const;
export type DropReason = (typeof DROP_REASONS)[number];

function metric<const Definition extends SelfMetric>(definition: Definition): Definition {
  return definition;
}

export const METRICS_SCRAPES = metric({
  name: 'metrics_scrapes_total',
  type: 'counter',
  unit: '{answer}',
  labels: { code: SCRAPE_CODES },
  when: 'always',
  help: 'Answers given at /metrics, by HTTP status',
});

export const METRICS_SCRAPE_DURATION = metric({
  name: 'metrics_scrape_duration_seconds',
  type: 'histogram',
  unit: 's',
  labels: {},
  when: 'always',
  help: 'Time to collect and encode a page',
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
});

export const METRICS_SCRAPE_ERRORS = metric({
  name: 'metrics_scrape_errors_total',
  type: 'counter',
  unit: '{error}',
  labels: {},
  when: 'always',
  help: 'Callbacks that threw, hung or were cut off, and metrics that could not be encoded',
});

export const METRICS_PAGE_BYTES = metric({
  name: 'metrics_page_bytes',
  type: 'gauge',
  unit: 'By',
  labels: {},
  when: 'always',
  help: 'Uncompressed size of the page before this one; 0 on the first',
});

export const METRICS_SERIES = metric({
  name: 'metrics_series',
  type: 'gauge',
  unit: '{series}',
  labels: {},
  when: 'always',
  help: 'Series on the page before this one; 0 on the first',
});

export const TELEMETRY_REJECTED = metric({
  name: 'telemetry_rejected_total',
  type: 'counter',
  unit: '{refusal}',
  labels: { reason: REJECTION_REASONS },
  when: 'always',
  help: 'Measurements, attributes and instruments refused because they would have spoiled the page',
});

export const TELEMETRY_OVERFLOW = metric({
  name: 'telemetry_overflow_total',
  type: 'counter',
  unit: '{measurement}',
  labels: { metric: 'open' },
  when: 'occurrence',
  help: 'Measurements that found their metric at its limit of series',
});

export const TELEMETRY_CONFIG_OK = metric({
  name: 'telemetry_config_ok',
  type: 'gauge',
  unit: '1',
  labels: {},
  when: 'always',
  help: '1 when the configuration file is in force, 0 when it was refused and safe defaults run',
});

export const SPANS_EXPORTED = metric({
  name: 'spans_exported_total',
  type: 'counter',
  unit: '{span}',
  labels: {},
  when: 'tracing',
  help: 'Spans the collector acknowledged',
});

export const SPANS_DROPPED = metric({
  name: 'spans_dropped_total',
  type: 'counter',
  unit: '{span}',
  labels: { reason: DROP_REASONS },
  when: 'tracing',
  help: 'Spans lost before a collector acknowledged them',
});

export const SPANS_QUEUED = metric({
  name: 'spans_queued',
  type: 'gauge',
  unit: '{span}',
  labels: {},
  when: 'tracing',
  help: 'Ended spans that wait for the collector or its answer: ended and sampled = exported + dropped + queued',
});

export const SELF_METRICS: readonly SelfMetric[] = [
  METRICS_SCRAPES,
  METRICS_SCRAPE_DURATION,
  METRICS_SCRAPE_ERRORS,
  METRICS_PAGE_BYTES,
  METRICS_SERIES,
  TELEMETRY_REJECTED,
  TELEMETRY_OVERFLOW,
  TELEMETRY_CONFIG_OK,
  SPANS_EXPORTED,
  SPANS_DROPPED,
  SPANS_QUEUED,
];
