import { type Interval, openTimeAt, shiftOpenTime } from '../market/interval';
import type { MarketView } from '../market/market-view';
import type { Trader } from '../traders/trader';
import type { FilterOrder } from './filter-runner';
import type { TimeframeTask } from './messages';

/** One interval boundary and the symbols that are screened at it: the same for all traders of the interval. */
export interface Cycle {
  readonly interval: Interval;
  readonly boundaryMs: number;
  readonly symbols: readonly string[];
  readonly slots: Int32Array;
}

export function cycleAt(market: MarketView, interval: Interval, boundaryMs: number): Cycle {
  const placed = market.symbols().flatMap((symbol) => {
    const slot = market.slotOf(symbol);
    return slot === undefined ? [] : [{ symbol, slot }];
  });
  const symbols = placed.map(({ symbol }) => symbol);
  return { interval, boundaryMs, symbols, slots: Int32Array.from(placed, ({ slot }) => slot) };
}

/** @returns the order for the pool, or the reason why no symbol can have data for this trader */
export function orderFor(
  trader: Trader,
  cycle: Cycle,
  market: MarketView,
  traceparent?: string,
): FilterOrder | string {
  if (cycle.symbols.length === 0) return 'the machine subscribes to no symbol';
  const timeframes: TimeframeTask[] = [];
  for (const interval of trader.filter.requiredTimeframes) {
    const table = market.candleTable(interval);
    if (table === undefined) return `the machine holds no ${interval} candles`;
    timeframes.push({ table, expectedOpenMs: lastClosedOpenTime(interval, cycle.boundaryMs) });
  }
  return {
    traderId: trader.id,
    revision: trader.revision,
    code: trader.filter.code,
    timeframes,
    tickers: market.tickerTable(),
    symbols: cycle.symbols,
    slots: cycle.slots,
    minCandles: trader.filter.minCandles,
    includeOpenCandle: trader.filter.includeOpenCandle,
    ...(traceparent !== undefined && { traceparent }),
  };
}

/** Open time of the newest candle that has closed by the boundary. */
export function lastClosedOpenTime(interval: Interval, boundaryMs: number): number {
  return shiftOpenTime(interval, openTimeAt(interval, boundaryMs), -1);
}
