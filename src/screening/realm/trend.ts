import type { FilterHelpers, Timeframe } from '../filter-api';
import { wilder } from './averages';
import { mapSeries, percentOf } from './series';

/** The first candle's is its own range: there is no close before it. */
function trueRange({ high, low, close, length }: Timeframe): Float64Array {
  return mapSeries(length, (index) => {
    if (index === 0) return high[0]! - low[0]!;
    const before = close[index - 1]!;
    const top = high[index]! > before ? high[index]! : before;
    return top - (low[index]! < before ? low[index]! : before);
  });
}

export const atr: FilterHelpers['atr'] = (timeframe, period = 14) => wilder(trueRange(timeframe), period);

export const adx: FilterHelpers['adx'] = (timeframe, period = 14) => {
  const ranges = trueRange(timeframe);
  const range = wilder(
    mapSeries(ranges.length, (index) => (index === 0 ? NaN : ranges[index]!)),
    period,
  );
  const { up, down } = directionalMoves(timeframe);
  const plus = wilder(up, period);
  const minus = wilder(down, period);
  const index = (moves: Float64Array) =>
    mapSeries(moves.length, (at) => percentOf(moves[at]!, range[at]!, 0));
  const [plusDi, minusDi] = [index(plus), index(minus)];
  const spread = mapSeries(plusDi.length, (at) =>
    percentOf(Math.abs(plusDi[at]! - minusDi[at]!), plusDi[at]! + minusDi[at]!, 0),
  );
  return { adx: wilder(spread, period), plusDi, minusDi };
};

/** Of the two moves beyond the candle before, only the larger counts. */
function directionalMoves({ high, low, length }: Timeframe) {
  const rise = (at: number) => high[at]! - high[at - 1]!;
  const fall = (at: number) => low[at - 1]! - low[at]!;
  const larger = (at: number, move: number, other: number) =>
    at === 0 ? NaN : move > other && move > 0 ? move : 0;
  return {
    up: mapSeries(length, (at) => larger(at, rise(at), fall(at))),
    down: mapSeries(length, (at) => larger(at, fall(at), rise(at))),
  };
}
