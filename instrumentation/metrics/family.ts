import { DataPointType, type HistogramMetricData, type MetricData } from '@opentelemetry/sdk-metrics';
import type { Exemplar } from './exemplars';
import { labelsOf, type SeriesLabels } from './labels';

export interface Definition {
  readonly name: string;
  readonly help: string;
  /** UCUM. */
  readonly unit: string;
}

/** One metric of a page with all its series, in columns: copied fast, and encoded later without being looked up. */
interface Columns extends Definition {
  readonly labels: readonly SeriesLabels[];
}

export interface NumberFamily extends Columns {
  /** `info`: 1 for ever, what it says is in its labels. */
  readonly type: 'counter' | 'gauge' | 'info';
  readonly values: ArrayLike<number>;
  /** What precedes each value on the page, kept by whoever has the same series again: '' until it was written once. */
  readonly heads?: string[];
  /** Per series. */
  readonly exemplars?: readonly (Exemplar | undefined)[] | undefined;
}

export interface HistogramFamily extends Columns {
  readonly type: 'histogram';
  readonly boundaries: readonly number[];
  /** Series by series, one more than the boundaries each, not cumulated. */
  readonly counts: ArrayLike<number>;
  readonly sums: ArrayLike<number>;
  /** Per series, then per bucket. */
  readonly exemplars?: readonly (readonly (Exemplar | undefined)[] | undefined)[] | undefined;
}

export type Family = NumberFamily | HistogramFamily;

/** What the SDK collected, as a page shows it; undefined for a shape that the text formats cannot express. */
export function familyOf(metric: MetricData): Family | undefined {
  const { name, description: help, unit } = metric.descriptor;
  const common = { name, help, unit };
  switch (metric.dataPointType) {
    case DataPointType.SUM:
    case DataPointType.GAUGE: {
      const counts = metric.dataPointType === DataPointType.SUM && metric.isMonotonic;
      const labels = metric.dataPoints.map(({ attributes }) => labelsOf(attributes));
      const values = metric.dataPoints.map(({ value }) => value);
      return { ...common, type: counts ? 'counter' : 'gauge', labels, values };
    }
    case DataPointType.HISTOGRAM:
      return histogramOf(common, metric);
    default:
      return undefined;
  }
}

function histogramOf(common: Definition, { dataPoints }: HistogramMetricData): HistogramFamily {
  return {
    ...common,
    type: 'histogram',
    labels: dataPoints.map(({ attributes }) => labelsOf(attributes)),
    boundaries: dataPoints[0]?.value.buckets.boundaries ?? [],
    counts: dataPoints.flatMap(({ value }) => value.buckets.counts),
    sums: dataPoints.map(({ value }) => value.sum ?? 0),
  };
}
