import type { CandleSeries } from './candle-series';
import { INTERVALS } from './interval';

/** Series that wait for history, each once, short intervals first: they are the first to be needed. */
export class BackfillQueue {
  private readonly byInterval = INTERVALS.map(() => new Set<CandleSeries>());

  get size(): number {
    return this.byInterval.reduce((sum, waiting) => sum + waiting.size, 0);
  }

  push(series: CandleSeries): void {
    this.byInterval[INTERVALS.indexOf(series.interval)]!.add(series);
  }

  has(series: CandleSeries): boolean {
    return this.byInterval[INTERVALS.indexOf(series.interval)]!.has(series);
  }

  shift(): CandleSeries | undefined {
    for (const waiting of this.byInterval) {
      for (const series of waiting) {
        waiting.delete(series);
        return series;
      }
    }
    return undefined;
  }

  clear(): void {
    for (const waiting of this.byInterval) waiting.clear();
  }
}
