import type { Reading } from './reading';

interface HistoryOptions {
  /** How far back it reaches. Default one hour. */
  readonly spanMs?: number;
  /** Younger readings are all kept; of older ones one per `coarseMs`. Default five minutes. */
  readonly fineMs?: number;
  readonly coarseMs?: number;
  /** Traders summed over all readings: bounds the memory of a machine with thousands of traders. Default 40,000. */
  readonly maxTraderReadings?: number;
}

const MINUTE_MS = 60_000;
/** Another process begins at another time, if only a second later; where the time is reckoned anew for each page, it wavers by less. */
const SAME_START_MS = 250;

/** The readings of one machine, oldest first, thinned out with age. A restart of the machine begins a new chapter. */
export class History {
  private kept: Reading[] = [];
  private restartsAtMs: number[] = [];
  private readonly options: Required<HistoryOptions>;

  constructor(options: HistoryOptions = {}) {
    const defaults = { spanMs: 60 * MINUTE_MS, fineMs: 5 * MINUTE_MS, coarseMs: MINUTE_MS };
    this.options = { ...defaults, maxTraderReadings: 40_000, ...options };
  }

  /** Readings must come in the order of time; one that is older than the newest is left out. */
  add(reading: Reading): void {
    const last = this.latest;
    if (last && reading.atMs <= last.atMs) return;
    if (last && restarted(last, reading)) this.restartsAtMs.push(reading.atMs);
    this.kept.push(reading);
    this.thin(reading.atMs);
  }

  get latest(): Reading | undefined {
    return this.kept.at(-1);
  }

  /** All that is kept, oldest first, restarts included. */
  get readings(): readonly Reading[] {
    return this.kept;
  }

  /** When restarts were noticed, by the viewer's clock. */
  get restarts(): readonly number[] {
    return this.restartsAtMs;
  }

  /** The readings of the process that runs now, oldest first. */
  ofThisProcess(): readonly Reading[] {
    const begunMs = this.restartsAtMs.at(-1) ?? 0;
    return this.kept.filter(({ atMs }) => atMs >= begunMs);
  }

  /**
   * What the newest reading is compared with: the oldest of this process that is at most `windowMs` older.
   * Undefined with one reading only.
   */
  before(windowMs: number): Reading | undefined {
    const now = this.latest;
    if (!now) return undefined;
    return this.ofThisProcess().find((one) => one !== now && one.atMs >= now.atMs - windowMs);
  }

  private thin(nowMs: number): void {
    const { spanMs, fineMs, coarseMs } = this.options;
    let lastKeptMs = -Infinity;
    this.kept = this.kept.filter(({ atMs }) => {
      if (atMs < nowMs - spanMs) return false;
      if (atMs < nowMs - fineMs && atMs - lastKeptMs < coarseMs) return false;
      lastKeptMs = atMs;
      return true;
    });
    this.restartsAtMs = this.restartsAtMs.filter((atMs) => atMs >= nowMs - spanMs);
    const most = this.options.maxTraderReadings / Math.max(1, this.latest?.traders.size ?? 1);
    while (this.kept.length > Math.max(3, most)) this.kept.splice(1, 1);
  }
}

/** Counters that fell tell of a restart where the page has no start time. */
function restarted(before: Reading, now: Reading): boolean {
  if (before.startedMs !== null && now.startedMs !== null)
    return Math.abs(before.startedMs - now.startedMs) > SAME_START_MS;
  return total(now) < total(before);
}

function total({ feed, signals }: Reading): number {
  const messages = Object.values(feed.messages).reduce((sum, count) => sum + count, 0);
  return messages + signals.batchWrites + signals.analyzed;
}
