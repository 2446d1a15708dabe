import { DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';

/** Label objects are reused from scrape to scrape, so that their text can be remembered by identity. */
export interface NumberPoint {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly value: number;
}

export interface HistogramPoint {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly count: number;
  readonly sum: number;
  readonly boundaries: readonly number[];
  /** One more than the boundaries, not cumulated. */
  readonly counts: readonly number[];
}

/** One metric of a page with all its series. */
export type Family = { readonly name: string; readonly help: string } & (
  | { readonly type: 'counter' | 'gauge'; readonly points: readonly NumberPoint[] }
  | { readonly type: 'histogram'; readonly points: readonly HistogramPoint[] }
);

/** What the SDK collected, as a page shows it; undefined for a shape that the text format cannot express. */
export function familyOf(metric: MetricData): Family | undefined {
  const { name, description: help } = metric.descriptor;
  switch (metric.dataPointType) {
    case DataPointType.SUM:
      return { name, help, type: metric.isMonotonic ? 'counter' : 'gauge', points: metric.dataPoints };
    case DataPointType.GAUGE:
      return { name, help, type: 'gauge', points: metric.dataPoints };
    case DataPointType.HISTOGRAM:
      return {
        name,
        help,
        type: 'histogram',
        points: metric.dataPoints.map(({ attributes, value: { count, sum, buckets } }) => ({
          attributes,
          count,
          sum: sum ?? 0,
          ...buckets,
        })),
      };
    default:
      return undefined;
  }
}
