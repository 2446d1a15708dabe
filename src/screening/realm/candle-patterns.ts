import type { FilterHelpers, Series, Source } from '../filter-api';
import { rsi } from './oscillators';
import { valuesOf } from './series';

export function last(series: Series, back = 0): number {
  return series[series.length - 1 - back] ?? NaN;
}

const levelAt = (side: Series | number, back: number) => (typeof side === 'number' ? side : last(side, back));

export function crossedAbove(a: Series, b: Series | number): boolean {
  return last(a, 1) <= levelAt(b, 1) && last(a) > levelAt(b, 0);
}

export function crossedBelow(a: Series, b: Series | number): boolean {
  return last(a, 1) >= levelAt(b, 1) && last(a) < levelAt(b, 0);
}

/** The newest body covers the one before and points the other way. */
export const engulfing: FilterHelpers['engulfing'] = ({ open, close }) => {
  const [fromBefore, toBefore, from, to] = [last(open, 1), last(close, 1), last(open), last(close)];
  if (toBefore < fromBefore && to > from && from <= toBefore && to >= fromBefore) return 'bullish';
  if (toBefore > fromBefore && to < from && from >= toBefore && to <= fromBefore) return 'bearish';
  return null;
};

export const divergence: FilterHelpers['divergence'] = (price, indicator, lookback = 30) => {
  const values = valuesOf(price);
  const first = Math.max(0, values.length - lookback);
  const middle = first + Math.floor((values.length - first) / 2);
  const shift = indicator.length - values.length;
  const at = (index: number) => indicator[index + shift]!;
  const [oldLow, newLow] = [extreme(values, first, middle, -1), extreme(values, middle, values.length, -1)];
  if (values[newLow]! < values[oldLow]! && at(newLow) > at(oldLow)) return 'bullish';
  const [oldHigh, newHigh] = [extreme(values, first, middle, 1), extreme(values, middle, values.length, 1)];
  return values[newHigh]! > values[oldHigh]! && at(newHigh) < at(oldHigh) ? 'bearish' : null;
};

/** @param side 1 for the place of the highest value, -1 for the lowest */
function extreme(values: Series, first: number, end: number, side: number): number {
  let found = first;
  for (let index = first; index < end; index++) {
    if ((values[index]! - values[found]!) * side > 0) found = index;
  }
  return found;
}

export function rsiDivergence(source: Source, period = 14, lookback = 30): 'bullish' | 'bearish' | null {
  return divergence(source, rsi(source, period), lookback);
}
