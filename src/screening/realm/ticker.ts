import type { Ticker } from '../filter-api';

/** @param values the ticker table's columns: eventTime, last, open, high, low, volume, quoteVolume */
export function makeTicker(symbol: string, values: Float64Array, newestClose: number): Ticker {
  const arrived = values[0]! > 0;
  const [eventTime, last, open, high, low, volume, quoteVolume] = arrived
    ? (values as unknown as [number, number, number, number, number, number, number])
    : [0, newestClose, NaN, NaN, NaN, NaN, NaN];
  const change = last - open;
  const changePercent = (change / open) * 100;
  return {
    s: symbol,
    P: changePercent.toFixed(3),
    p: `${change}`,
    c: `${last}`,
    o: `${open}`,
    h: `${high}`,
    l: `${low}`,
    v: `${volume}`,
    q: `${quoteVolume}`,
    E: eventTime,
    ...{ arrived, symbol, last, open, high, low, volume, quoteVolume, changePercent },
  };
}
