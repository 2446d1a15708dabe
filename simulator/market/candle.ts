/** A candle while it is being built, and the prints it is built from. */
import type { Candle } from '../../src/market/kline';

/** A few trades that came together: one step of the price. */
export interface Print {
  readonly timeMs: number;
  /** Price of the first trade; without it the first trade is at the last price known. */
  readonly firstPrice?: number;
  /** Price of the last trade. */
  readonly price: number;
  /** How far the trades in between went above and below both ends. */
  readonly reachUp: number;
  readonly reachDown: number;
  readonly volume: number;
  /** Without it, volume times the mean of both ends. */
  readonly quoteVolume?: number;
  readonly trades: number;
  /** Part of the volume whose taker was the buyer, 0 to 1. */
  readonly takerShare: number;
}

export type LiveCandle = { -readonly [Key in keyof Candle]: Candle[Key] } & {
  /** -1 while there was no trade. */
  firstTradeId: number;
  lastTradeId: number;
  /** Whether the exchange has it: false while everything inside it was an outage. */
  exists: boolean;
};

/** A candle without a trade: flat at the last price. */
export function flatCandle(openTimeMs: number, price: number): LiveCandle {
  return {
    openTimeMs,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: 0,
    quoteVolume: 0,
    trades: 0,
    takerBuyBase: 0,
    takerBuyQuote: 0,
    firstTradeId: -1,
    lastTradeId: -1,
    exists: false,
  };
}

/** @param firstTradeId id of the print's first trade; the others follow without a hole */
export function applyPrint(
  candle: LiveCandle,
  print: Print,
  previousPrice: number,
  firstTradeId: number,
): void {
  const from = print.firstPrice ?? previousPrice;
  if (candle.trades === 0) {
    candle.open = candle.high = candle.low = from;
    candle.firstTradeId = firstTradeId;
  }
  candle.high = Math.max(candle.high, Math.max(from, print.price) + print.reachUp);
  candle.low = Math.min(candle.low, Math.min(from, print.price) - print.reachDown);
  candle.close = print.price;
  const quoteVolume = print.quoteVolume ?? print.volume * ((from + print.price) / 2);
  candle.volume += print.volume;
  candle.quoteVolume += quoteVolume;
  candle.takerBuyBase += print.volume * print.takerShare;
  candle.takerBuyQuote += quoteVolume * print.takerShare;
  candle.trades += print.trades;
  candle.lastTradeId = firstTradeId + print.trades - 1;
}

/** Adds a later candle to the one that contains it. */
export function absorb(
  whole: LiveCandle,
  part: Candle & { firstTradeId?: number; lastTradeId?: number },
): void {
  if (part.trades === 0 && part.volume === 0) {
    whole.close = part.close;
    return;
  }
  if (whole.trades === 0 && whole.volume === 0) {
    whole.open = part.open;
    whole.high = part.high;
    whole.low = part.low;
    whole.firstTradeId = part.firstTradeId ?? -1;
  }
  whole.high = Math.max(whole.high, part.high);
  whole.low = Math.min(whole.low, part.low);
  whole.close = part.close;
  whole.volume += part.volume;
  whole.quoteVolume += part.quoteVolume;
  whole.trades += part.trades;
  whole.takerBuyBase += part.takerBuyBase;
  whole.takerBuyQuote += part.takerBuyQuote;
  whole.lastTradeId = part.lastTradeId ?? whole.lastTradeId;
}
