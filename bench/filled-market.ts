/** A market whose candles are all there, in the trader's own store. */
import { type Interval, shiftOpenTime } from '../src/market/interval';
import type { Candle } from '../src/market/kline';
import { MarketData } from '../src/market/market-data';

/** A boundary of every interval. */
export const BOUNDARY_MS = Date.UTC(2026, 0, 1);

export interface MarketSize {
  readonly symbols: readonly string[];
  readonly intervals: readonly Interval[];
  readonly candles: number;
}

export function symbolNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `SYM${index}USDT`);
}

function history(interval: Interval, count: number, seed: number): Candle[] {
  let close = 100 + seed;
  return Array.from({ length: count }, (_, index) => {
    const openTimeMs = shiftOpenTime(interval, BOUNDARY_MS, index - count);
    const open = close;
    close *= 1 + Math.sin(index * (seed + 1)) / 500;
    const [high, low, volume] = [Math.max(open, close), Math.min(open, close), 10 + ((index * seed) % 90)];
    const money = { quoteVolume: volume * close, trades: 50, takerBuyBase: 5, takerBuyQuote: 500 };
    return { openTimeMs, open, high, low, close, volume, ...money };
  });
}

export function filledMarket({ symbols, intervals, candles }: MarketSize): MarketData {
  const market = new MarketData(symbols.length, candles, {
    repairNeeded: () => {},
    listenerFailed: () => {},
    now: () => BOUNDARY_MS,
  });
  market.setUniverse({ symbols, tickers: [] });
  market.setIntervals(new Set(intervals));
  for (const series of market.candles.series())
    market.candles.merge(series, history(series.interval, candles, symbols.indexOf(series.symbol)));
  return market;
}
