import type { FilterHelpers, Source } from '../filter-api';
import { ema, highest, lowest, sma, wilder } from './averages';
import { emptySeries, mapSeries, percentOf, typicalPrice, valuesOf } from './series';

export function rsi(source: Source, period = 14): Float64Array {
  const values = valuesOf(source);
  const change = (index: number) => (index === 0 ? NaN : values[index]! - values[index - 1]!);
  const gains = wilder(
    mapSeries(values.length, (index) => floorAtZero(change(index))),
    period,
  );
  const losses = wilder(
    mapSeries(values.length, (index) => floorAtZero(-change(index))),
    period,
  );
  return mapSeries(values.length, (index) => percentOf(gains[index]!, gains[index]! + losses[index]!, 50));
}

const floorAtZero = (value: number) => (value < 0 ? 0 : value);

export const stochRsi: FilterHelpers['stochRsi'] = (
  source,
  period = 14,
  stochPeriod = 14,
  smoothK = 3,
  smoothD = 3,
) => {
  const strength = rsi(source, period);
  const top = highest(strength, stochPeriod);
  const bottom = lowest(strength, stochPeriod);
  const raw = mapSeries(strength.length, (index) =>
    placeInRange(strength[index]!, bottom[index]!, top[index]!),
  );
  const k = sma(raw, smoothK);
  return { k, d: sma(k, smoothD) };
};

const placeInRange = (value: number, bottom: number, top: number) =>
  percentOf(value - bottom, top - bottom, 50);

export const macd: FilterHelpers['macd'] = (source, fast = 12, slow = 26, signal = 9) => {
  const quick = ema(source, fast);
  const steady = ema(source, slow);
  const line = mapSeries(quick.length, (index) => quick[index]! - steady[index]!);
  const average = ema(line, signal);
  return {
    macd: line,
    signal: average,
    histogram: mapSeries(line.length, (index) => line[index]! - average[index]!),
  };
};

export const stochastic: FilterHelpers['stochastic'] = (timeframe, period = 14, smoothD = 3, smoothK = 1) => {
  const top = highest(timeframe.high, period);
  const bottom = lowest(timeframe.low, period);
  const raw = mapSeries(top.length, (index) =>
    placeInRange(timeframe.close[index]!, bottom[index]!, top[index]!),
  );
  const k = sma(raw, smoothK);
  return { k, d: sma(k, smoothD) };
};

export const williamsR: FilterHelpers['williamsR'] = (timeframe, period = 14) => {
  const { k } = stochastic(timeframe, period, 1, 1);
  return mapSeries(k.length, (index) => k[index]! - 100);
};

/** Against the mean deviation from the window's own average, as Lambert defined it. */
export const cci: FilterHelpers['cci'] = (timeframe, period = 20) => {
  const price = typicalPrice(timeframe);
  const average = sma(price, period);
  const result = emptySeries(price.length);
  for (let last = period - 1; last < price.length; last++) {
    let deviation = 0;
    for (let index = last - period + 1; index <= last; index++) {
      deviation += Math.abs(price[index]! - average[last]!) / period;
    }
    result[last] = deviation === 0 ? 0 : (price[last]! - average[last]!) / (0.015 * deviation);
  }
  return result;
};

export function rateOfChange(source: Source, period = 10): Float64Array {
  const values = valuesOf(source);
  return mapSeries(values.length, (index) =>
    index < period ? NaN : percentOf(values[index]! - values[index - period]!, values[index - period]!, NaN),
  );
}
