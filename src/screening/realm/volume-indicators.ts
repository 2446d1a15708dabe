import type { FilterHelpers } from '../filter-api';
import { checkPeriod, emptySeries, mapSeries, percentOf, typicalPrice } from './series';

export const obv: FilterHelpers['obv'] = ({ close, volume, length }) => {
  let level = 0;
  return mapSeries(length, (index) => {
    if (index > 0 && close[index]! > close[index - 1]!) level += volume[index]!;
    if (index > 0 && close[index]! < close[index - 1]!) level -= volume[index]!;
    return level;
  });
};

export const vwap: FilterHelpers['vwap'] = (timeframe, period) => {
  if (period !== undefined) checkPeriod(period);
  const { volume, length } = timeframe;
  const price = typicalPrice(timeframe);
  const paid = mapSeries(length, (index) => price[index]! * volume[index]!);
  const [spent, traded] = [sums(paid, period), sums(volume, period)];
  const ready = period === undefined ? 0 : period - 1;
  return mapSeries(length, (index) =>
    index < ready || traded[index] === 0 ? NaN : spent[index]! / traded[index]!,
  );
};

/** Of the last `period` values, or of all so far. */
function sums(values: Float64Array, period: number | undefined): Float64Array {
  if (period !== undefined) {
    return mapSeries(values.length, (index) => windowSum(values, Math.max(0, index - period + 1), index));
  }
  let sum = 0;
  return mapSeries(values.length, (index) => {
    sum += values[index]!;
    return sum;
  });
}

const PVI_START = 1000;

export const pvi: FilterHelpers['pvi'] = ({ close, volume, length }) => {
  let level = PVI_START;
  return mapSeries(length, (index) => {
    if (index > 0 && volume[index]! > volume[index - 1]!) level *= close[index]! / close[index - 1]!;
    return level;
  });
};

/** Money that flowed in with a rising typical price, in per cent of all that moved it. */
export const mfi: FilterHelpers['mfi'] = (timeframe, period = 14) => {
  checkPeriod(period);
  const price = typicalPrice(timeframe);
  const flow = (direction: number) =>
    mapSeries(price.length, (at) =>
      at > 0 && (price[at]! - price[at - 1]!) * direction > 0 ? price[at]! * timeframe.volume[at]! : 0,
    );
  const [rising, falling] = [flow(1), flow(-1)];
  const result = emptySeries(price.length);
  for (let last = period; last < price.length; last++) {
    const gained = windowSum(rising, last - period + 1, last);
    result[last] = percentOf(gained, gained + windowSum(falling, last - period + 1, last), 50);
  }
  return result;
};

/** Summed afresh: a running sum would leave a rest where the flow was zero. */
function windowSum(values: Float64Array, first: number, last: number): number {
  let sum = 0;
  for (let index = first; index <= last; index++) sum += values[index]!;
  return sum;
}
