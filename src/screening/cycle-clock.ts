import type { Logger } from '../log';
import { type Interval, openTimeAt } from '../market/interval';
import type { MarketView } from '../market/market-view';
import type { FilterTelemetry } from '../telemetry/filter-telemetry';
import type { TraderRegistry } from '../traders/registry';
import { CycleRhythm } from './cycle-rhythm';

interface ClockParts {
  readonly market: Pick<MarketView, 'closesAt' | 'onClose'>;
  readonly registry: Pick<TraderRegistry, 'timeframesOf'>;
  /** One screening cycle. */
  readonly runCycle: (interval: Interval, boundaryMs: number) => Promise<void>;
  readonly telemetry: Pick<FilterTelemetry, 'intervalUsed' | 'cycleOverrun'>;
  readonly log: Logger;
  /** The exchange's clock. */
  readonly now?: () => number;
}

interface ClockOptions {
  /** How long a cycle waits, from its boundary, for closes that are late. */
  readonly graceMs?: number;
  /** How often the clock is looked at. */
  readonly checkEveryMs?: number;
}

const GRACE_MS = 3000;
const CHECK_EVERY_MS = 100;

/**
 * One screening cycle per interval boundary: as soon as every series its traders read has closed, or some seconds
 * after the boundary. The clock is read anew each time, so after a sleep or a jump only the newest boundary is
 * taken up, and the first one of a new interval is the last that passed.
 */
export class CycleClock {
  private readonly rhythms = new Map<Interval, CycleRhythm>();
  private followed: ReadonlySet<Interval> = new Set();
  private timer: NodeJS.Timeout | undefined;
  private unsubscribe: (() => void) | undefined;
  private readonly now: () => number;
  private readonly graceMs: number;
  private readonly checkEveryMs: number;

  constructor(
    private readonly parts: ClockParts,
    { graceMs = GRACE_MS, checkEveryMs = CHECK_EVERY_MS }: ClockOptions = {},
  ) {
    this.now = parts.now ?? Date.now;
    this.graceMs = graceMs;
    this.checkEveryMs = checkEveryMs;
  }

  start(intervals: Iterable<Interval>): void {
    this.unsubscribe = this.parts.market.onClose((interval, boundaryMs) =>
      this.closeArrived(interval, boundaryMs),
    );
    this.timer = setInterval(() => this.checkAll(), this.checkEveryMs).unref();
    this.follow(intervals);
  }

  /** Makes `intervals` the ones that have cycles; a new one gets its first cycle at once. */
  follow(intervals: Iterable<Interval>): void {
    this.followed = new Set(intervals);
    for (const interval of this.followed) {
      if (this.rhythms.has(interval)) continue;
      this.rhythms.set(interval, new CycleRhythm(interval, this.now()));
      this.parts.telemetry.intervalUsed(interval);
    }
    this.checkAll();
  }

  follows(interval: Interval): boolean {
    return this.followed.has(interval);
  }

  /** No cycle starts after this. @returns when those that run have ended */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.unsubscribe?.();
    this.followed = new Set();
    await Promise.all([...this.rhythms.values()].map((rhythm) => rhythm.ended()));
  }

  private checkAll(): void {
    for (const interval of this.followed) this.check(interval, openTimeAt(interval, this.now()));
  }

  /** A burst brings thousands of closes: only the one that completes its interval is worth a look at the cycles. */
  private closeArrived(interval: Interval, boundaryMs: number): void {
    if (!this.isComplete(interval, boundaryMs)) return;
    for (const followed of this.followed)
      if (this.rhythms.get(followed)?.mayRun(boundaryMs, this.now())) this.check(followed, boundaryMs);
  }

  private check(interval: Interval, boundaryMs: number): void {
    const rhythm = this.rhythms.get(interval);
    if (!rhythm || rhythm.isDone(boundaryMs)) return;
    const overdue = this.now() >= rhythm.deadlineMs(boundaryMs, this.graceMs);
    if (!overdue && !this.isReady(interval, boundaryMs)) return;
    if (!rhythm.isRunning()) rhythm.run(boundaryMs, () => this.runCycle(interval, boundaryMs));
    else if (overdue) this.skip(interval, boundaryMs, rhythm);
  }

  /** A one-minute filter that reads five-minute candles needs, every fifth minute, the close of both. */
  private isReady(interval: Interval, boundaryMs: number): boolean {
    const read = [interval, ...this.parts.registry.timeframesOf(interval)];
    return read.every(
      (one) => openTimeAt(one, boundaryMs) !== boundaryMs || this.isComplete(one, boundaryMs),
    );
  }

  private isComplete(interval: Interval, boundaryMs: number): boolean {
    const { arrived, expected } = this.parts.market.closesAt(interval, boundaryMs);
    return expected > 0 && arrived >= expected;
  }

  private async runCycle(interval: Interval, boundaryMs: number): Promise<void> {
    try {
      await this.parts.runCycle(interval, boundaryMs);
    } catch (error) {
      this.parts.log.error({ err: error, interval }, `Failed: the ${interval} screening cycle was lost`);
    }
  }

  private skip(interval: Interval, boundaryMs: number, rhythm: CycleRhythm): void {
    rhythm.finish(boundaryMs);
    this.parts.telemetry.cycleOverrun(interval);
    const boundary = new Date(boundaryMs).toISOString();
    this.parts.log.warn(
      { interval, boundary },
      `The ${interval} cycle of ${boundary} is skipped: the ${interval} cycle before it still runs`,
    );
  }
}
