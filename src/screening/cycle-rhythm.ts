import { durationMsOf, type Interval, openTimeAt, shiftOpenTime } from '../market/interval';

/** More boundaries than a corrected clock is likely to bring back. */
const REMEMBERED_BOUNDARIES = 256;

/** The cycles of one interval: which boundaries are done with, and whether one runs. */
export class CycleRhythm {
  /** Boundaries that had their cycle or lost it to an overrun, oldest first. */
  private readonly done: number[] = [];
  private current: Promise<void> | undefined;

  constructor(
    private readonly interval: Interval,
    private readonly followedSinceMs: number,
  ) {}

  isRunning(): boolean {
    return this.current !== undefined;
  }

  /** Resolves when no cycle runs. */
  async ended(): Promise<void> {
    await this.current;
  }

  isDone(boundaryMs: number): boolean {
    return this.done.includes(boundaryMs);
  }

  /** Never again for this boundary, even if the clock comes back to it. */
  finish(boundaryMs: number): void {
    this.done.push(boundaryMs);
    if (this.done.length > REMEMBERED_BOUNDARIES) this.done.shift();
  }

  run(boundaryMs: number, cycle: () => Promise<void>): void {
    this.finish(boundaryMs);
    this.current = cycle().finally(() => {
      this.current = undefined;
    });
  }

  /**
   * When the boundary's cycle waits no longer for closes. An interval that was just taken up may still be loading its
   * history, so its grace counts from then; one shorter than twice the grace would never start within it.
   */
  deadlineMs(boundaryMs: number, graceMs: number): number {
    const shortened = Math.min(graceMs, durationMsOf(this.interval, boundaryMs) / 2);
    return Math.max(boundaryMs, this.followedSinceMs) + shortened;
  }

  /** With a clock that is slightly behind, a boundary's closes come before the boundary: they are believed. */
  mayRun(boundaryMs: number, nowMs: number): boolean {
    if (openTimeAt(this.interval, boundaryMs) !== boundaryMs) return false;
    const passedMs = openTimeAt(this.interval, nowMs);
    return boundaryMs === passedMs || boundaryMs === shiftOpenTime(this.interval, passedMs, 1);
  }
}
