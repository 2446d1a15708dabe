import { INTERVALS, shiftOpenTime } from '../../src/market/interval';

const LONGEST_MONTH_SECONDS = 31 * 24 * 60 * 60;

/** The exchange's kline intervals and their length. Of a month the longest: longer is no reason for an alert. */
export const INTERVAL_SECONDS: Readonly<Record<string, number>> = Object.fromEntries(
  INTERVALS.map((interval) => [
    interval,
    interval === '1M' ? LONGEST_MONTH_SECONDS : shiftOpenTime(interval, 0, 1) / 1000,
  ]),
);
