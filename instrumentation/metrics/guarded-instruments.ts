/** Synchronous instruments that let through only what cannot poison a series, and never throw. */
import type { Attributes, Counter, Gauge, Histogram, UpDownCounter } from '@opentelemetry/api';
import { OVERFLOW, type SeriesGuard } from './series-guard';

export class GuardedCounter implements Counter {
  constructor(
    private readonly inner: Counter,
    private readonly series: SeriesGuard,
  ) {}

  add(value: number, attributes?: Attributes): void {
    if (Number.isFinite(value) && value >= 0) this.inner.add(value, this.series.admit(attributes).attributes);
    else this.series.refuseValue();
  }
}

export class GuardedUpDownCounter implements UpDownCounter {
  constructor(
    private readonly inner: UpDownCounter,
    private readonly series: SeriesGuard,
  ) {}

  add(value: number, attributes?: Attributes): void {
    if (Number.isFinite(value)) this.inner.add(value, this.series.admit(attributes).attributes);
    else this.series.refuseValue();
  }
}

export class GuardedGauge implements Gauge {
  constructor(
    private readonly inner: Gauge,
    private readonly series: SeriesGuard,
  ) {}

  record(value: number, attributes?: Attributes): void {
    if (!Number.isFinite(value)) {
      this.series.refuseValue();
      return;
    }
    const labels = this.series.admit(attributes);
    // The last of many unrelated levels would mean nothing.
    if (labels !== OVERFLOW) this.inner.record(value, labels.attributes);
  }
}

export class GuardedHistogram implements Histogram {
  constructor(
    private readonly inner: Histogram,
    private readonly series: SeriesGuard,
  ) {}

  /** NaN declares an empty series: the SDK ignores the value and keeps the series. */
  record(value: number, attributes?: Attributes): void {
    const usable = Number.isNaN(value) || (Number.isFinite(value) && value >= 0);
    if (usable) this.inner.record(value, this.series.admit(attributes).attributes);
    else this.series.refuseValue();
  }
}
