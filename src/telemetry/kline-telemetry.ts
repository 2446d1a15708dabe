import type { Counter, Meter } from '@opentelemetry/api';
import { KLINE_METRICS } from './catalogue/kline';
import { counter, observableCounter, observableGauge } from './instruments';

/** One symbol × interval. The store's own fields: a message costs it a few increments, and a scrape reads them. */
export interface SeriesState {
  /** The same frozen object for the life of the series. */
  readonly labels: { readonly symbol: string; readonly interval: string };
  /** Event time of the newest update, epoch ms; before the first one, the time of subscription or backfill. */
  readonly lastEventTimeMs: number;
  readonly updates: number;
  readonly closedCandles: number;
  readonly missing: number;
}

/** Candles: freshness, counts, gaps, malformed frames. */
export class KlineTelemetry {
  private readonly parseErrors: Counter;

  constructor(
    private readonly meter: Meter,
    private readonly now: () => number = Date.now,
  ) {
    this.parseErrors = counter(meter, KLINE_METRICS.parseErrors);
  }

  /** @param symbol the frame's symbol where it names a known one, else `unknown`. */
  parseFailed(symbol: string): void {
    this.parseErrors.add(1, { symbol });
  }

  observeSeries(series: () => Iterable<SeriesState>): void {
    const lastUpdate = observableGauge(this.meter, KLINE_METRICS.lastUpdate);
    const dataAge = observableGauge(this.meter, KLINE_METRICS.dataAge);
    const updates = observableCounter(this.meter, KLINE_METRICS.updates);
    const bufferSize = observableGauge(this.meter, KLINE_METRICS.bufferSize);
    const missing = observableCounter(this.meter, KLINE_METRICS.missing);
    this.meter.addBatchObservableCallback(
      (result) => {
        const nowMs = this.now();
        for (const state of series()) {
          result.observe(lastUpdate, state.lastEventTimeMs, state.labels);
          result.observe(dataAge, Math.max(0, nowMs - state.lastEventTimeMs) / 1000, state.labels);
          result.observe(updates, state.updates, state.labels);
          result.observe(bufferSize, state.closedCandles, state.labels);
          result.observe(missing, state.missing, state.labels);
        }
      },
      [lastUpdate, dataAge, updates, bufferSize, missing],
    );
  }
}
