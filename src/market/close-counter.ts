import { type Interval, shiftOpenTime } from './interval';
import type { CloseCount } from './market-view';

/** The little a close count needs of a series. */
interface Countable {
  hasClosed(openTimeMs: number): boolean;
}

/**
 * How many series of one interval have their close of a boundary. The newest boundary asked for is kept as a running
 * count: at a minute's burst the question comes once per close.
 */
export class CloseCounter {
  private boundaryMs: number | undefined;
  private readonly arrived = new Set<Countable>();

  constructor(
    private readonly interval: Interval,
    private readonly series: () => Iterable<Countable>,
  ) {}

  closed(series: Countable, openTimeMs: number): void {
    if (shiftOpenTime(this.interval, openTimeMs, 1) === this.boundaryMs) this.arrived.add(series);
  }

  /** Series came, went, or were filled from history. */
  invalidate(): void {
    this.boundaryMs = undefined;
  }

  at(boundaryMs: number, expected: number): CloseCount {
    if (boundaryMs !== this.boundaryMs) this.recount(boundaryMs);
    return { expected, arrived: this.arrived.size };
  }

  private recount(boundaryMs: number): void {
    const openTimeMs = shiftOpenTime(this.interval, boundaryMs, -1);
    this.arrived.clear();
    for (const series of this.series()) if (series.hasClosed(openTimeMs)) this.arrived.add(series);
    this.boundaryMs = boundaryMs;
  }
}
