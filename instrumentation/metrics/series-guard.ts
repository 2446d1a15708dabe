import type { AttributeGuard, Labels } from './attribute-guard';
import type { Rejections } from './rejections';

/** Takes the measurements beyond a metric's limit of series, so that its sum stays exact. */
export const OVERFLOW: Labels = {
  attributes: Object.freeze({ otel_metric_overflow: 'true' }),
  key: 'otel_metric_overflow=4:true;',
  refused: 0,
};

/**
 * Stands in front of one metric: cleans its labels and holds it to its limit of series, the overflow series included.
 * The SDK's own limit counts per collection interval only and does not hold over many scrapes.
 */
export class SeriesGuard {
  readonly #admitted = new Set<string>();

  constructor(
    private readonly metric: string,
    private readonly limit: number,
    private readonly attributes: AttributeGuard,
    private readonly rejections: Rejections,
  ) {}

  /** Safe labels for a measurement: its own, or `OVERFLOW` when the metric is full. */
  admit(attributes: unknown): Labels {
    const labels = this.attributes.clean(attributes);
    if (this.#admitted.has(labels.key)) return labels;
    if (this.#admitted.size >= this.limit - 1) {
      this.rejections.overflowed(this.metric);
      return OVERFLOW;
    }
    this.#admitted.add(labels.key);
    return labels;
  }

  refuseValue(): void {
    this.rejections.rejected('value');
  }

  /** Gives a series' place to another. */
  forget(key: string): void {
    this.#admitted.delete(key);
  }

  /** Observed metrics name all their series anew at each collection. */
  startOver(): void {
    this.#admitted.clear();
  }
}
