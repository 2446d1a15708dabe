import type { Series, Source, Timeframe } from '../filter-api';
import { allocate } from './memory-budget';

/** A timeframe stands for its closes. */
export function valuesOf(source: Source): Series {
  return (source as Partial<Timeframe>).close ?? (source as Series);
}

/** @throws RangeError for anything but a whole number from 1 */
export function checkPeriod(period: number): void {
  if (!(Number.isInteger(period) && period >= 1)) {
    throw new RangeError('a period must be a whole number of at least 1');
  }
}

/** A series without any value yet. */
export function emptySeries(length: number): Float64Array {
  return allocate(length).fill(NaN);
}

/** How many places at the start have no value yet. */
export function warmUpOf(values: Series): number {
  let count = 0;
  while (count < values.length && Number.isNaN(values[count])) count++;
  return count;
}

export function mapSeries(length: number, valueAt: (index: number) => number): Float64Array {
  const series = allocate(length);
  for (let index = 0; index < length; index++) series[index] = valueAt(index);
  return series;
}

/** A ratio in per cent, or `flat` where there is nothing to measure it in. */
export function percentOf(part: number, whole: number, flat: number): number {
  return whole === 0 ? flat : (part / whole) * 100;
}

/** `typical price` = mean of high, low and close. */
export function typicalPrice({ high, low, close, length }: Timeframe): Float64Array {
  return mapSeries(length, (index) => (high[index]! + low[index]! + close[index]!) / 3);
}
