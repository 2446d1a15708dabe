/** Synchronous instruments that let through only what cannot poison a series, and never throw. */
import {
  type Attributes,
  type Counter,
  type Gauge,
  type Histogram,
  type UpDownCounter,
  ValueType,
} from '@opentelemetry/api';
import type { Family, NumberPoint } from './family';
import { RecordedInstrument } from './recorded-instrument';
import type { SafeOptions } from './safe-options';
import { OVERFLOW, type SeriesGuard } from './series-guard';

interface Level extends NumberPoint {
  value: number;
}

abstract class GuardedSum extends RecordedInstrument<Level> {
  readonly #integers: boolean;

  constructor(name: string, options: SafeOptions, series: SeriesGuard) {
    super({ name, help: options.description }, series);
    this.#integers = options.valueType === ValueType.INT;
  }

  protected abstract readonly type: 'counter' | 'gauge';
  protected abstract accepts(value: number): boolean;

  add(value: number, attributes?: Attributes): void {
    if (!Number.isFinite(value) || !this.accepts(value)) {
      this.series.refuseValue();
      return;
    }
    const point = this.point(this.series.admit(attributes));
    const sum = point.value + (this.#integers ? Math.trunc(value) : value);
    // A sum that ran over would stay infinite for the life of the process.
    if (Number.isFinite(sum)) point.value = sum;
    else this.series.refuseValue();
  }

  protected empty(attributes: Attributes): Level {
    return { attributes, value: 0 };
  }

  family(): Family {
    return { ...this.definition, type: this.type, points: this.points().map((point) => ({ ...point })) };
  }
}

export class GuardedCounter extends GuardedSum implements Counter {
  protected readonly type = 'counter';

  protected accepts(value: number): boolean {
    return value >= 0;
  }
}

export class GuardedUpDownCounter extends GuardedSum implements UpDownCounter {
  protected readonly type = 'gauge';

  protected accepts(): boolean {
    return true;
  }
}

export class GuardedGauge extends RecordedInstrument<Level> implements Gauge {
  constructor(name: string, options: SafeOptions, series: SeriesGuard) {
    super({ name, help: options.description }, series);
  }

  record(value: number, attributes?: Attributes): void {
    if (!Number.isFinite(value)) {
      this.series.refuseValue();
      return;
    }
    const labels = this.series.admit(attributes);
    // The last of many unrelated levels would mean nothing.
    if (labels !== OVERFLOW) this.point(labels).value = value;
  }

  protected empty(attributes: Attributes): Level {
    return { attributes, value: 0 };
  }

  family(): Family {
    return { ...this.definition, type: 'gauge', points: this.points().map((point) => ({ ...point })) };
  }
}

interface Distribution {
  readonly attributes: Attributes;
  count: number;
  sum: number;
  /** One more than the boundaries, not cumulated. */
  readonly counts: number[];
}

export class GuardedHistogram extends RecordedInstrument<Distribution> implements Histogram {
  readonly #boundaries: readonly number[];

  constructor(name: string, options: SafeOptions, series: SeriesGuard) {
    super({ name, help: options.description }, series);
    this.#boundaries = options.advice.explicitBucketBoundaries;
  }

  /** NaN declares an empty series: the value is ignored, the series stays. */
  record(value: number, attributes?: Attributes): void {
    const declares = Number.isNaN(value);
    if (!declares && !(Number.isFinite(value) && value >= 0)) {
      this.series.refuseValue();
      return;
    }
    const point = this.point(this.series.admit(attributes));
    if (declares) return;
    if (Number.isFinite(point.sum + value)) this.#count(point, value);
    else this.series.refuseValue();
  }

  #count(point: Distribution, value: number): void {
    point.count++;
    point.sum += value;
    const bucket = this.#bucketOf(value);
    point.counts[bucket] = (point.counts[bucket] ?? 0) + 1;
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

  protected empty(attributes: Attributes): Distribution {
    return { attributes, count: 0, sum: 0, counts: new Array(this.#boundaries.length + 1).fill(0) };
  }

  family(): Family {
    const boundaries = this.#boundaries;
    const points = this.points().map((point) => ({ ...point, boundaries, counts: [...point.counts] }));
    return { ...this.definition, type: 'histogram', points };
  }
}
