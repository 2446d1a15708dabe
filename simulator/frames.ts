/** The exchange's frames and rows, byte for byte in its field order; built by template since bursts are large. */
import { closeTimeOf, type Interval } from '../src/market/interval';
import type { Candle } from '../src/market/kline';
import type { LiveCandle } from './market/candle';

/** How a time is written: as milliseconds, or with three more digits. */
export type TimeFormat = (timeMs: number) => string;

export const milliseconds: TimeFormat = (timeMs) => String(timeMs);
/** The last microsecond of a millisecond that ends a candle, so that close times end in 999999. */
export const microseconds: TimeFormat = (timeMs) => `${timeMs}${timeMs % 1000 === 999 ? '999' : '000'}`;

export function decimal(value: number): string {
  return value.toFixed(8);
}

export function klineFrame(
  symbol: string,
  interval: Interval,
  candle: LiveCandle,
  closed: boolean,
  eventTimeMs: number,
  time: TimeFormat,
): string {
  return (
    `{"e":"kline","E":${time(eventTimeMs)},"s":"${symbol}","k":{"t":${time(candle.openTimeMs)},` +
    `"T":${time(closeTimeOf(interval, candle.openTimeMs))},"s":"${symbol}","i":"${interval}",` +
    `"f":${candle.firstTradeId},"L":${candle.lastTradeId},"o":"${decimal(candle.open)}",` +
    `"c":"${decimal(candle.close)}","h":"${decimal(candle.high)}","l":"${decimal(candle.low)}",` +
    `"v":"${decimal(candle.volume)}","n":${candle.trades},"x":${closed},"q":"${decimal(candle.quoteVolume)}",` +
    `"V":"${decimal(candle.takerBuyBase)}","Q":"${decimal(candle.takerBuyQuote)}","B":"0"}}`
  );
}

/** One row of /api/v3/klines: open, high, low, close here, where the stream writes open, close, high, low. */
export function klineRow(interval: Interval, candle: Candle, time: TimeFormat): string {
  return (
    `[${time(candle.openTimeMs)},"${decimal(candle.open)}","${decimal(candle.high)}","${decimal(candle.low)}",` +
    `"${decimal(candle.close)}","${decimal(candle.volume)}",${time(closeTimeOf(interval, candle.openTimeMs))},` +
    `"${decimal(candle.quoteVolume)}",${candle.trades},"${decimal(candle.takerBuyBase)}",` +
    `"${decimal(candle.takerBuyQuote)}","0"]`
  );
}

export function combinedFrame(stream: string, data: string): string {
  return `{"stream":${JSON.stringify(stream)},"data":${data}}`;
}
