/** The exchange's kline intervals, shortest first. `1M` is a calendar month: never lowercase a stream name. */
export const INTERVALS = [
  '1s',
  '1m',
  '3m',
  '5m',
  '15m',
  '30m',
  '1h',
  '2h',
  '4h',
  '6h',
  '8h',
  '12h',
  '1d',
  '3d',
  '1w',
  '1M',
] as const;

export type Interval = (typeof INTERVALS)[number];

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const FIXED_DURATION_MS: Record<Exclude<Interval, '1M'>, number> = {
  '1s': SECOND,
  '1m': MINUTE,
  '3m': 3 * MINUTE,
  '5m': 5 * MINUTE,
  '15m': 15 * MINUTE,
  '30m': 30 * MINUTE,
  '1h': HOUR,
  '2h': 2 * HOUR,
  '4h': 4 * HOUR,
  '6h': 6 * HOUR,
  '8h': 8 * HOUR,
  '12h': 12 * HOUR,
  '1d': DAY,
  '3d': 3 * DAY,
  '1w': 7 * DAY,
};

/** The epoch was a Thursday; weekly candles open on Mondays, 00:00 UTC. */
const FIRST_MONDAY_MS = 4 * DAY;

export function isInterval(text: unknown): text is Interval {
  return (INTERVALS as readonly unknown[]).includes(text);
}

/** Open time (epoch ms, UTC) of the candle that holds `timeMs`. */
export function openTimeAt(interval: Interval, timeMs: number): number {
  if (interval === '1M') {
    const date = new Date(timeMs);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  }
  const durationMs = FIXED_DURATION_MS[interval];
  const originMs = interval === '1w' ? FIRST_MONDAY_MS : 0;
  return Math.floor((timeMs - originMs) / durationMs) * durationMs + originMs;
}

/** Open time of the candle `count` candles after (or, negative, before) the one that opens at `openTimeMs`. */
export function shiftOpenTime(interval: Interval, openTimeMs: number, count: number): number {
  if (interval === '1M') {
    const date = new Date(openTimeMs);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + count, 1);
  }
  return openTimeMs + count * FIXED_DURATION_MS[interval];
}

/** The exchange's close time: one millisecond before the next candle opens. */
export function closeTimeOf(interval: Interval, openTimeMs: number): number {
  return shiftOpenTime(interval, openTimeMs, 1) - 1;
}

/** How many candles lie from one open time to another: 1 for neighbours. */
export function candlesBetween(interval: Interval, fromOpenMs: number, toOpenMs: number): number {
  if (interval === '1M') {
    const from = new Date(fromOpenMs);
    const to = new Date(toOpenMs);
    return (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
  }
  return Math.round((toOpenMs - fromOpenMs) / FIXED_DURATION_MS[interval]);
}

/** Length of the candle that opens at `openTimeMs`; months differ. */
export function durationMsOf(interval: Interval, openTimeMs = 0): number {
  return shiftOpenTime(interval, openTimeMs, 1) - openTimeMs;
}
