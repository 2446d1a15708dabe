/** Synchronous instruments that let through only what cannot poison a series, and never throw. */
import {
  type Attributes,
  type Context,
  type Counter,
  type Gauge,
  type UpDownCounter,
  ValueType,
} from '@opentelemetry/api';
import type { Exemplar, ExemplarFilter } from './exemplars';
import type { NumberFamily } from './family';
import type { SeriesLabels } from './labels';
import { RecordedInstrument } from './recorded-instrument';
import type { SafeOptions } from './safe-options';
import { OVERFLOW, type SeriesGuard } from './series-guard';

interface Level {
  readonly labels: SeriesLabels;
  value: number;
  exemplar?: Exemplar;
}

abstract class RecordedLevels extends RecordedInstrument<Level> {
  protected abstract readonly type: 'counter' | 'gauge';

  constructor(name: string, { description, unit }: SafeOptions, series: SeriesGuard) {
    super({ name, help: description, unit }, series);
  }

  protected empty(labels: SeriesLabels): Level {
    return { labels, value: 0 };
  }

  family(): NumberFamily {
    const points = this.points();
    return {
      ...this.definition,
      type: this.type,
      labels: points.map(({ labels }) => labels),
      values: Float64Array.from(points, ({ value }) => value),
    };
  }

  protected refused(value: number): boolean {
    if (Number.isFinite(value)) return false;
    this.series.refuseValue();
    return true;
  }
}

abstract class GuardedSum extends RecordedLevels {
  readonly #integers: boolean;

  constructor(name: string, options: SafeOptions, series: SeriesGuard) {
    super(name, options, series);
    this.#integers = options.valueType === ValueType.INT;
  }

  /** @returns the series that took the value */
  protected addTo(value: number, attributes: Attributes | undefined): Level | undefined {
    const point = this.point(this.admit(attributes));
    const sum = point.value + (this.#integers ? Math.trunc(value) : value);
    // A sum that ran over would stay infinite for the life of the process.
    if (this.refused(sum)) return undefined;
    point.value = sum;
    return point;
  }
}

export class GuardedCounter extends GuardedSum implements Counter {
  protected readonly type = 'counter';

  /** @param exemplarOf absent where there is no tracing: then nothing of it is done */
  constructor(
    name: string,
    options: SafeOptions,
    series: SeriesGuard,
    private readonly exemplarOf?: ExemplarFilter,
  ) {
    super(name, options, series);
  }

  add(value: number, attributes?: Attributes, within?: Context): void {
    if (this.refused(value)) return;
    if (value >= 0) this.#add(value, attributes, within);
    else this.series.refuseValue();
  }

  #add(value: number, attributes: Attributes | undefined, within: Context | undefined): void {
    const point = this.addTo(value, attributes);
    // Adding 0 declares a series: there is nothing to show a trace of.
    if (this.exemplarOf === undefined || point === undefined || value === 0) return;
    const exemplar = this.exemplarOf(value, within);
    if (exemplar !== undefined) point.exemplar = exemplar;
  }

  override family(): NumberFamily {
    if (this.exemplarOf === undefined) return super.family();
    return { ...super.family(), exemplars: this.points().map(({ exemplar }) => exemplar) };
  }
}

export class GuardedUpDownCounter extends GuardedSum implements UpDownCounter {
  protected readonly type = 'gauge';

  add(value: number, attributes?: Attributes): void {
    if (!this.refused(value)) this.addTo(value, attributes);
  }
}

export class GuardedGauge extends RecordedLevels implements Gauge {
  protected readonly type = 'gauge';

  record(value: number, attributes?: Attributes): void {
    if (this.refused(value)) return;
    const labels = this.admit(attributes);
    // The last of many unrelated levels would mean nothing.
    if (labels !== OVERFLOW) this.point(labels).value = value;
  }
}
