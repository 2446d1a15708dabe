import type { Interval } from './interval';

/** Every symbol whose 24 h figures changed, once a second: one stream instead of one per symbol. */
export const ALL_TICKERS_STREAM = '!miniTicker@arr';

/**
 * Lower case in the symbol's ASCII letters alone: an upper-case symbol is acknowledged and then silent, and the
 * interval's case tells minutes from months.
 */
export function klineStream(symbol: string, interval: Interval): string {
  return `${symbol.replace(/[A-Z]/g, (letter) => letter.toLowerCase())}@kline_${interval}`;
}
