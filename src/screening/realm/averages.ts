import type { FilterHelpers, Series, Source, Timeframe } from '../filter-api';
import { checkPeriod, emptySeries, mapSeries, valuesOf, warmUpOf } from './series';

function overWindow(
  source: Source,
  period: number,
  measure: (values: Series, first: number, last: number) => number,
): Float64Array {
  checkPeriod(period);
  const values = valuesOf(source);
  const ready = warmUpOf(values) + period - 1;
  return mapSeries(values.length, (index) =>
    index < ready ? NaN : measure(values, index - period + 1, index),
  );
}

/** Summed afresh for each window: a running sum leaves a rest where all values are zero, as in minutes without trades. */
function meanOf(values: Series, first: number, last: number): number {
  let sum = 0;
  for (let index = first; index <= last; index++) sum += values[index]!;
  return sum / (last - first + 1);
}

export function sma(source: Source, period = 20): Float64Array {
  return overWindow(source, period, meanOf);
}

/** Averages that carry on from a simple average of the first `period` values. */
function smoothed(source: Source, period: number, weight: number): Float64Array {
  checkPeriod(period);
  const values = valuesOf(source);
  const result = emptySeries(values.length);
  const seedAt = warmUpOf(values) + period - 1;
  if (seedAt >= values.length) return result;
  let average = 0;
  for (let index = seedAt - period + 1; index <= seedAt; index++) average += values[index]! / period;
  result[seedAt] = average;
  for (let index = seedAt + 1; index < values.length; index++) {
    average += (values[index]! - average) * weight;
    result[index] = average;
  }
  return result;
}

export function ema(source: Source, period = 20): Float64Array {
  return smoothed(source, period, 2 / (period + 1));
}

/** Wilder's smoothing: an exponential average of weight 1/period. */
export function wilder(source: Source, period: number): Float64Array {
  return smoothed(source, period, 1 / period);
}

export function wma(source: Source, period = 20): Float64Array {
  return overWindow(source, period, (values, first, last) => {
    let sum = 0;
    for (let index = first; index <= last; index++) sum += values[index]! * (index - first + 1);
    return sum / ((period * (period + 1)) / 2);
  });
}

export function highest(source: Source, period = 20): Float64Array {
  return overWindow(source, period, (values, first, last) => {
    let most = values[first]!;
    for (let index = first + 1; index <= last; index++) if (values[index]! > most) most = values[index]!;
    return most;
  });
}

export function lowest(source: Source, period = 20): Float64Array {
  return overWindow(source, period, (values, first, last) => {
    let least = values[first]!;
    for (let index = first + 1; index <= last; index++) if (values[index]! < least) least = values[index]!;
    return least;
  });
}

export function averageVolume(source: Source, period = 20): Float64Array {
  return sma((source as Partial<Timeframe>).volume ?? source, period);
}

export const bollinger: FilterHelpers['bollinger'] = (source, period = 20, deviations = 2) => {
  const middle = sma(source, period);
  const deviation = overWindow(source, period, deviationOf);
  const band = (side: number) =>
    mapSeries(middle.length, (index) => middle[index]! + side * deviation[index]!);
  return { upper: band(deviations), middle, lower: band(-deviations) };
};

/** Of the population, as Bollinger uses it. */
function deviationOf(values: Series, first: number, last: number): number {
  const mean = meanOf(values, first, last);
  let squares = 0;
  for (let index = first; index <= last; index++) squares += (values[index]! - mean) ** 2;
  return Math.sqrt(squares / (last - first + 1));
}
