import { isHalt } from './gap-counter';
import type { Interval } from './interval';
import type { Candle } from './kline';

/**
 * Stored closed candles and fetched ones as one strictly rising series. A fetched candle wins: the exchange corrects
 * candles, and a stored one may have been closed without its last trades. What lies before a halt is left out.
 */
export function mergeHistory(
  interval: Interval,
  window: number,
  stored: readonly Candle[],
  fetched: readonly Candle[],
): Candle[] {
  const byOpenTime = new Map<number, Candle>();
  for (const candle of stored) byOpenTime.set(candle.openTimeMs, candle);
  for (const candle of fetched) byOpenTime.set(candle.openTimeMs, candle);
  const merged = [...byOpenTime.values()].sort((a, b) => a.openTimeMs - b.openTimeMs);
  return sinceLastHalt(interval, window, merged).slice(-window);
}

function sinceLastHalt(interval: Interval, window: number, candles: readonly Candle[]): readonly Candle[] {
  for (let index = candles.length - 1; index > 0; index--) {
    const earlier = candles[index - 1]!.openTimeMs;
    if (isHalt(interval, earlier, candles[index]!.openTimeMs, window)) return candles.slice(index);
  }
  return candles;
}
