import { candlesBetween, type Interval, shiftOpenTime } from './interval';

const DAY_MS = 86_400_000;
const LONGEST_OUTAGE_MS = 7 * DAY_MS;
const SHORTEST_HALT_CANDLES = 3;

/**
 * Whether a hole is a trading halt rather than an outage: what comes after it is another market (a symbol relisted,
 * sometimes as another coin) and must not be joined to what was before.
 */
export function isHalt(interval: Interval, fromOpenMs: number, toOpenMs: number, window: number): boolean {
  const missing = candlesBetween(interval, fromOpenMs, toOpenMs) - 1;
  if (missing > window) return true;
  return missing >= SHORTEST_HALT_CANDLES && toOpenMs - fromOpenMs > LONGEST_OUTAGE_MS;
}

/**
 * Counts each missing candle of a series once: when a later candle shows the hole. The time from the first to the
 * newest candle ever seen is examined ground, whose holes are counted, repaired or not.
 */
export class GapCounter {
  private fromMs: number | undefined;
  private toMs = 0;
  missing = 0;

  constructor(private readonly interval: Interval) {}

  /** Two neighbours in the series. @returns candles newly found missing between them */
  examine(earlierOpenMs: number, laterOpenMs: number): number {
    const found = this.holes(earlierOpenMs, laterOpenMs) - this.examinedHoles(earlierOpenMs, laterOpenMs);
    this.missing += found;
    return found;
  }

  /** Extends the examined ground; call it after the holes up to there were examined. */
  cover(openTimeMs: number): void {
    this.fromMs = Math.min(this.fromMs ?? openTimeMs, openTimeMs);
    this.toMs = Math.max(this.toMs, openTimeMs);
  }

  private holes(earlierOpenMs: number, laterOpenMs: number): number {
    return Math.max(0, candlesBetween(this.interval, earlierOpenMs, laterOpenMs) - 1);
  }

  private examinedHoles(earlierOpenMs: number, laterOpenMs: number): number {
    if (this.fromMs === undefined) return 0;
    const first = Math.max(this.fromMs, shiftOpenTime(this.interval, earlierOpenMs, 1));
    const last = Math.min(this.toMs, shiftOpenTime(this.interval, laterOpenMs, -1));
    return first > last ? 0 : candlesBetween(this.interval, first, last) + 1;
  }
}
