import type { AttributeGuard, Labels } from './attribute-guard';
import { labelsOf } from './labels';
import type { Rejections } from './rejections';

/** Takes the measurements beyond a metric's limit of series, so that its sum stays exact. */
export const OVERFLOW: Labels = {
  ...labelsOf(Object.freeze({ otel_metric_overflow: 'true' })),
  refused: 0,
};

/** The series that a metric has, by their labels' text. */
interface Held {
  readonly size: number;
  has(text: string): boolean;
}

/**
 * Stands in front of one metric: cleans its labels and holds it to its limit of series, the overflow series included.
 * The SDK's own limit counts per collection interval only and does not hold over many scrapes.
 */
export class SeriesGuard {
  constructor(
    private readonly metric: string,
    private readonly limit: number,
    private readonly attributes: AttributeGuard,
    private readonly rejections: Rejections,
  ) {}

  /** Safe labels for a measurement: its own, or `OVERFLOW` when the metric is full. */
  admit(attributes: unknown, held: Held): Labels {
    const labels = this.attributes.clean(attributes);
    if (held.has(labels.text)) return labels;
    const own = held.size - (held.has(OVERFLOW.text) ? 1 : 0);
    return own >= this.limit - 1 ? this.#overflowed() : labels;
  }

  refuseValue(): void {
    this.rejections.rejected('value');
  }

  #overflowed(): Labels {
    this.rejections.overflowed(this.metric);
    return OVERFLOW;
  }
}
