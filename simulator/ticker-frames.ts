/** Ticker payloads: the stream's short names and REST's long ones, from the same 24-hour figures. */
import { decimal, type TimeFormat } from './frames';
import type { DayFigures } from './market/rolling-day';

export function tickerFrame(symbol: string, day: DayFigures, eventTimeMs: number, time: TimeFormat): string {
  const change = day.last - day.open;
  return (
    `{"e":"24hrTicker","E":${time(eventTimeMs)},"s":"${symbol}","p":"${decimal(change)}",` +
    `"P":"${((change / day.open) * 100).toFixed(3)}","w":"${decimal(weightedAverage(day))}",` +
    `"x":"${decimal(day.open)}","c":"${decimal(day.last)}","Q":"${decimal(day.lastQuantity)}",` +
    `"b":"${decimal(day.last - day.tickSize)}","B":"${decimal(day.lastQuantity * 3)}",` +
    `"a":"${decimal(day.last)}","A":"${decimal(day.lastQuantity * 5)}","o":"${decimal(day.open)}",` +
    `"h":"${decimal(day.high)}","l":"${decimal(day.low)}","v":"${decimal(day.volume)}",` +
    `"q":"${decimal(day.quoteVolume)}","O":${time(day.openTimeMs)},"C":${time(day.closeTimeMs)},` +
    `"F":${firstTradeId(day)},"L":${day.lastTradeId},"n":${day.trades}}`
  );
}

export function miniTickerFrame(
  symbol: string,
  day: DayFigures,
  eventTimeMs: number,
  time: TimeFormat,
): string {
  return (
    `{"e":"24hrMiniTicker","E":${time(eventTimeMs)},"s":"${symbol}","c":"${decimal(day.last)}",` +
    `"o":"${decimal(day.open)}","h":"${decimal(day.high)}","l":"${decimal(day.low)}",` +
    `"v":"${decimal(day.volume)}","q":"${decimal(day.quoteVolume)}"}`
  );
}

/** One element of /api/v3/ticker/24hr. */
export function dayTicker(symbol: string, day: DayFigures, time: (timeMs: number) => number): object {
  const change = day.last - day.open;
  return {
    symbol,
    priceChange: decimal(change),
    priceChangePercent: ((change / day.open) * 100).toFixed(3),
    weightedAvgPrice: decimal(weightedAverage(day)),
    prevClosePrice: decimal(day.open),
    lastPrice: decimal(day.last),
    lastQty: decimal(day.lastQuantity),
    bidPrice: decimal(day.last - day.tickSize),
    bidQty: decimal(day.lastQuantity * 3),
    askPrice: decimal(day.last),
    askQty: decimal(day.lastQuantity * 5),
    openPrice: decimal(day.open),
    highPrice: decimal(day.high),
    lowPrice: decimal(day.low),
    volume: decimal(day.volume),
    quoteVolume: decimal(day.quoteVolume),
    openTime: time(day.openTimeMs),
    closeTime: time(day.closeTimeMs),
    firstId: firstTradeId(day),
    lastId: day.lastTradeId,
    count: day.trades,
  };
}

function weightedAverage(day: DayFigures): number {
  return day.volume > 0 ? day.quoteVolume / day.volume : 0;
}

function firstTradeId(day: DayFigures): number {
  return day.trades > 0 ? day.lastTradeId - day.trades + 1 : -1;
}
