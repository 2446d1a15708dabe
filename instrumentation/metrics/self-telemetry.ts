import type { Counter, Gauge, Histogram, Meter } from '@opentelemetry/api';
import {
  DROP_REASONS,
  type DropReason,
  METRICS_PAGE_BYTES,
  METRICS_SCRAPE_DURATION,
  METRICS_SCRAPE_ERRORS,
  METRICS_SCRAPES,
  METRICS_SERIES,
  REJECTION_REASONS,
  type RejectionReason,
  SCRAPE_CODES,
  type ScrapeCode,
  SPANS_DROPPED,
  SPANS_EXPORTED,
  SPANS_QUEUED,
  TELEMETRY_CONFIG_OK,
  TELEMETRY_OVERFLOW,
  TELEMETRY_REJECTED,
} from './catalogue';
import type { Rejections } from './rejections';

const options = ({ help, unit }: { help: string; unit: string }) => ({ description: help, unit });

/**
 * The telemetry watching itself. Its meter is not the application's: a page that the application's metrics spoiled
 * still says so.
 */
export class SelfTelemetry implements Rejections {
  readonly #scrapes: Counter;
  readonly #duration: Histogram;
  readonly #errors: Counter;
  readonly #pageBytes: Gauge;
  readonly #series: Gauge;
  readonly #rejected: Counter;
  readonly #overflowed: Counter;

  constructor(meter: Meter, configOk: boolean) {
    this.#scrapes = meter.createCounter(METRICS_SCRAPES.name, options(METRICS_SCRAPES));
    this.#duration = meter.createHistogram(METRICS_SCRAPE_DURATION.name, {
      ...options(METRICS_SCRAPE_DURATION),
      advice: { explicitBucketBoundaries: [...METRICS_SCRAPE_DURATION.buckets] },
    });
    this.#errors = meter.createCounter(METRICS_SCRAPE_ERRORS.name, options(METRICS_SCRAPE_ERRORS));
    this.#pageBytes = meter.createGauge(METRICS_PAGE_BYTES.name, options(METRICS_PAGE_BYTES));
    this.#series = meter.createGauge(METRICS_SERIES.name, options(METRICS_SERIES));
    this.#rejected = meter.createCounter(TELEMETRY_REJECTED.name, options(TELEMETRY_REJECTED));
    this.#overflowed = meter.createCounter(TELEMETRY_OVERFLOW.name, options(TELEMETRY_OVERFLOW));
    for (const code of SCRAPE_CODES) this.#scrapes.add(0, { code });
    for (const reason of REJECTION_REASONS) this.#rejected.add(0, { reason });
    this.#errors.add(0);
    // A NaN is ignored by the SDK, but the empty series stays on the page.
    this.#duration.record(Number.NaN);
    this.served({ bytes: 0, series: 0 });
    meter.createGauge(TELEMETRY_CONFIG_OK.name, options(TELEMETRY_CONFIG_OK)).record(configOk ? 1 : 0);
  }

  answered(code: ScrapeCode): void {
    this.#scrapes.add(1, { code });
  }

  collected(durationSeconds: number, errors: number): void {
    this.#duration.record(durationSeconds);
    this.#errors.add(errors);
  }

  served(page: { readonly bytes: number; readonly series: number }): void {
    this.#pageBytes.record(page.bytes);
    this.#series.record(page.series);
  }

  rejected(reason: RejectionReason, count = 1): void {
    this.#rejected.add(count, { reason });
  }

  overflowed(metric: string): void {
    this.#overflowed.add(1, { metric });
  }
}

/** Where the spans went; on the page only when traces are exported. */
export class SpanTelemetry {
  readonly #dropped = new Map<DropReason, number>(DROP_REASONS.map((reason) => [reason, 0]));
  #exported = 0;
  #queued = () => 0;

  /** The three are read in one callback, so that their sum is that of one moment. */
  constructor(meter: Meter) {
    const exported = meter.createObservableCounter(SPANS_EXPORTED.name, options(SPANS_EXPORTED));
    const dropped = meter.createObservableCounter(SPANS_DROPPED.name, options(SPANS_DROPPED));
    const queued = meter.createObservableGauge(SPANS_QUEUED.name, options(SPANS_QUEUED));
    meter.addBatchObservableCallback(
      (result) => {
        result.observe(exported, this.#exported);
        for (const [reason, count] of this.#dropped) result.observe(dropped, count, { reason });
        result.observe(queued, this.#queued());
      },
      [exported, dropped, queued],
    );
  }

  exported(count: number): void {
    this.#exported += count;
  }

  dropped(count: number, reason: DropReason): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + count);
  }

  queuedIs(queued: () => number): void {
    this.#queued = queued;
  }
}
