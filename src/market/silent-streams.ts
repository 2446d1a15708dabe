import type { CandleSeries } from './candle-series';
import { durationMsOf, type Interval } from './interval';

const MINUTE_MS = 60_000;

/**
 * Streams the exchange acknowledged and then left silent: a wrong name or a halted symbol is no error there. Every
 * candle opens with a push even without trades, so the allowance grows with the interval, up to eight times.
 */
export class SilentStreams {
  private readonly noticed = new Set<CandleSeries>();

  /** @param allowanceMs silence allowed to a stream of one minute or less */
  constructor(private readonly allowanceMs: number) {}

  get count(): number {
    return this.noticed.size;
  }

  isNoticed(series: CandleSeries): boolean {
    return this.noticed.has(series);
  }

  /** @returns the series found silent now and not before */
  check(series: Iterable<CandleSeries>, nowMs: number): CandleSeries[] {
    const silent: CandleSeries[] = [];
    for (const candidate of series) {
      if (!this.isSilent(candidate, nowMs)) this.noticed.delete(candidate);
      else if (!this.noticed.has(candidate)) silent.push(candidate);
    }
    for (const found of silent) this.noticed.add(found);
    for (const known of this.noticed) if (!known.live) this.noticed.delete(known);
    return silent;
  }

  private isSilent(series: CandleSeries, nowMs: number): boolean {
    const sinceMs = Math.max(series.subscribedAtMs, series.heardAtMs);
    return nowMs - sinceMs > this.allowanceMs * factorOf(series.interval);
  }
}

function factorOf(interval: Interval): number {
  return Math.min(8, Math.max(1, durationMsOf(interval) / MINUTE_MS));
}
