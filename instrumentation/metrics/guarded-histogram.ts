import type { Attributes, Context, Histogram } from '@opentelemetry/api';
import type { Exemplar, ExemplarFilter } from './exemplars';
import type { HistogramFamily } from './family';
import type { SeriesLabels } from './labels';
import { RecordedInstrument } from './recorded-instrument';
import type { SafeOptions } from './safe-options';
import type { SeriesGuard } from './series-guard';

interface Distribution {
  readonly labels: SeriesLabels;
  sum: number;
  /** One more than the boundaries, not cumulated. */
  readonly counts: number[];
  /** The newest of each bucket. */
  exemplars?: (Exemplar | undefined)[];
}

/** Lets through only what cannot poison a series, and never throws. */
export class GuardedHistogram extends RecordedInstrument<Distribution> implements Histogram {
  readonly #boundaries: readonly number[];

  /** @param exemplarOf absent where there is no tracing: then nothing of it is done */
  constructor(
    name: string,
    { description, unit, advice }: SafeOptions,
    series: SeriesGuard,
    private readonly exemplarOf?: ExemplarFilter,
  ) {
    super({ name, help: description, unit }, series);
    this.#boundaries = advice.explicitBucketBoundaries;
  }

  /** NaN declares an empty series: the value is ignored, the series stays. */
  record(value: number, attributes?: Attributes, within?: Context): void {
    const declares = Number.isNaN(value);
    if (!declares && !(Number.isFinite(value) && value >= 0)) {
      this.series.refuseValue();
      return;
    }
    const point = this.point(this.admit(attributes));
    if (declares) return;
    if (Number.isFinite(point.sum + value)) this.#count(point, value, within);
    else this.series.refuseValue();
  }

  #count(point: Distribution, value: number, within: Context | undefined): void {
    point.sum += value;
    const bucket = this.#bucketOf(value);
    point.counts[bucket] = (point.counts[bucket] ?? 0) + 1;
    if (this.exemplarOf === undefined) return;
    const exemplar = this.exemplarOf(value, within);
    if (exemplar === undefined) return;
    point.exemplars ??= new Array(point.counts.length).fill(undefined);
    point.exemplars[bucket] = exemplar;
  }

  /** The first boundary that is not below the value: buckets include their upper bound. */
  #bucketOf(value: number): number {
    let [low, high] = [0, this.#boundaries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#boundaries[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  protected empty(labels: SeriesLabels): Distribution {
    return { labels, sum: 0, counts: new Array(this.#boundaries.length + 1).fill(0) };
  }

  family(): HistogramFamily {
    const points = this.points();
    const buckets = this.#boundaries.length + 1;
    const counts = new Float64Array(points.length * buckets);
    for (const [index, point] of points.entries()) counts.set(point.counts, index * buckets);
    return {
      ...this.definition,
      type: 'histogram',
      labels: points.map(({ labels }) => labels),
      boundaries: this.#boundaries,
      counts,
      sums: Float64Array.from(points, ({ sum }) => sum),
      ...(this.exemplarOf && { exemplars: points.map(({ exemplars }) => exemplars?.slice()) }),
    };
  }
}
