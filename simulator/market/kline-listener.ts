import type { Interval } from '../../src/market/interval';
import type { LiveCandle } from './candle';
import type { LiveSymbol } from './live-symbol';

/** Told whenever a kline stream would say something. */
export type KlineListener = (
  symbol: LiveSymbol,
  interval: Interval,
  candle: LiveCandle,
  closed: boolean,
  eventTimeMs: number,
) => void;
