/** Instruments typed by their catalogue entry. Made from a `Meter` at start: one made earlier would be dead for ever. */
import type {
  Attributes,
  Counter,
  Histogram,
  Meter,
  ObservableCounter,
  ObservableGauge,
} from '@opentelemetry/api';
import type { LabelsOf, MetricDefinition } from './metric';

type Kind<Type extends MetricDefinition['type']> = MetricDefinition & { readonly type: Type };
type AttributesOf<Metric extends MetricDefinition> = LabelsOf<Metric> & Attributes;

function options(metric: MetricDefinition) {
  return { description: metric.help, unit: metric.unit };
}

export function counter<Metric extends Kind<'counter'>>(
  meter: Meter,
  metric: Metric,
): Counter<AttributesOf<Metric>> {
  return meter.createCounter(metric.name, options(metric));
}

export function histogram<Metric extends Kind<'histogram'> & { readonly buckets: readonly number[] }>(
  meter: Meter,
  metric: Metric,
): Histogram<AttributesOf<Metric>> {
  return meter.createHistogram(metric.name, {
    ...options(metric),
    advice: { explicitBucketBoundaries: [...metric.buckets] },
  });
}

export function observableCounter<Metric extends Kind<'counter'>>(
  meter: Meter,
  metric: Metric,
): ObservableCounter<AttributesOf<Metric>> {
  return meter.createObservableCounter(metric.name, options(metric));
}

export function observableGauge<Metric extends Kind<'gauge'>>(
  meter: Meter,
  metric: Metric,
): ObservableGauge<AttributesOf<Metric>> {
  return meter.createObservableGauge(metric.name, options(metric));
}

/**
 * Puts an empty histogram series on the page, as `add(0)` does for a counter. The API has no call for it; the SDK
 * ignores a NaN but keeps the series it was recorded for.
 */
export function declareSeries<Labels extends Attributes>(
  instrument: Histogram<Labels>,
  labels: Labels,
): void {
  instrument.record(Number.NaN, labels);
}
