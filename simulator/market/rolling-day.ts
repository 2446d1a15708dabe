/** A symbol's last 24 hours, as its ticker shows them. */

import { candleHistory } from './candle-history';
import type { LiveSymbol } from './live-symbol';

export interface DayFigures {
  readonly openTimeMs: number;
  readonly closeTimeMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly last: number;
  readonly lastQuantity: number;
  readonly volume: number;
  readonly quoteVolume: number;
  readonly trades: number;
  readonly lastTradeId: number;
  readonly tickSize: number;
}

const HOUR_MS = 3_600_000;

interface Base {
  readonly takenMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly volume: number;
  readonly quoteVolume: number;
  readonly trades: number;
}

/** The hours behind are added up once an hour; between, the open hour alone moves. */
export class RollingDays {
  readonly #bases = new WeakMap<LiveSymbol, Base>();

  figures(symbol: LiveSymbol, nowMs: number): DayFigures {
    let base = this.#bases.get(symbol);
    const hourMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
    if (!base || nowMs < base.takenMs || base.takenMs < hourMs) {
      base = takeBase(symbol, nowMs);
      this.#bases.set(symbol, base);
    }
    const hour = symbol.watch('1h', nowMs);
    return {
      openTimeMs: nowMs - 24 * HOUR_MS,
      closeTimeMs: nowMs,
      open: base.open,
      high: Math.max(base.high, hour.high, symbol.lastPrice),
      low: Math.min(base.low, hour.low, symbol.lastPrice),
      last: symbol.lastPrice,
      lastQuantity: symbol.lastQuantity,
      volume: base.volume + hour.volume,
      quoteVolume: base.quoteVolume + hour.quoteVolume,
      trades: base.trades + hour.trades,
      lastTradeId: symbol.lastTradeId,
      tickSize: symbol.feed.tickSize,
    };
  }
}

function takeBase(symbol: LiveSymbol, nowMs: number): Base {
  const query = {
    interval: '1h' as const,
    startTimeMs: nowMs - 24 * HOUR_MS,
    endTimeMs: nowMs - HOUR_MS,
    limit: 24,
  };
  const hours = candleHistory(symbol, query, nowMs);
  const base = {
    takenMs: nowMs,
    open: hours[0]?.open ?? symbol.watch('1h', nowMs).open,
    high: 0,
    low: Number.POSITIVE_INFINITY,
  };
  let [volume, quoteVolume, trades] = [0, 0, 0];
  for (const hour of hours) {
    base.high = Math.max(base.high, hour.high);
    base.low = Math.min(base.low, hour.low);
    volume += hour.volume;
    quoteVolume += hour.quoteVolume;
    trades += hour.trades;
  }
  return { ...base, volume, quoteVolume, trades };
}
