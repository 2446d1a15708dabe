/** Trades that make a recorded candle: what happened inside it is not known, its four prices are. */
import type { Candle } from '../../src/market/kline';
import type { Print } from '../market/candle';

export function wholeCandle(candle: Candle, timeMs: number): Print {
  return {
    timeMs,
    firstPrice: candle.open,
    price: candle.close,
    reachUp: candle.high - Math.max(candle.open, candle.close),
    reachDown: Math.min(candle.open, candle.close) - candle.low,
    volume: candle.volume,
    quoteVolume: candle.quoteVolume,
    trades: Math.max(1, candle.trades),
    takerShare: candle.takerBuyBase / candle.volume,
  };
}

/** Open, the nearer extreme, the farther one, close: a rising candle falls first. */
export function pathOf(candle: Candle, timeOf: (part: number) => number): Print[] {
  const rising = candle.close >= candle.open;
  const prices = rising
    ? [candle.open, candle.low, candle.high, candle.close]
    : [candle.open, candle.high, candle.low, candle.close];
  const volumes = quarters(candle.volume);
  const quoteVolumes = quarters(candle.quoteVolume);
  const each = Math.floor(candle.trades / prices.length);
  return prices.map((price, part) => ({
    timeMs: timeOf(part),
    firstPrice: price,
    price,
    reachUp: 0,
    reachDown: 0,
    volume: volumes[part]!,
    quoteVolume: quoteVolumes[part]!,
    trades: part < 3 ? each : candle.trades - 3 * each,
    takerShare: candle.takerBuyBase / candle.volume,
  }));
}

/** Four parts that, added up one by one, give exactly the whole. */
function quarters(whole: number): number[] {
  const part = whole / 4;
  return [part, part, part, whole - (part + part + part)];
}
