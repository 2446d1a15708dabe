import { atr, ema, rsi } from 'indicatorts';
import type { Candle } from '../market/kline';

const RSI_PERIOD = 14;
const ATR_PERIOD = 14;
const FAST_PERIOD = 20;
const SLOW_PERIOD = 50;
/** Support and resistance are the extremes of this many candles. */
const RANGE_CANDLES = 20;

/** With fewer candles the slow average says little: it starts from the first close. */
export const ENOUGH_CANDLES = SLOW_PERIOD + 1;

/** The figures an assessment is made of. Prices in the quote asset. */
export interface Indicators {
  readonly close: number;
  /** 0 to 100; 50 where the price never moved. */
  readonly rsi: number;
  readonly previousRsi: number;
  readonly fastEma: number;
  readonly slowEma: number;
  readonly atr: number;
  readonly support: number;
  readonly resistance: number;
}

/** @param candles at least one, oldest first */
export function indicatorsOf(candles: readonly Candle[]): Indicators {
  const highs = candles.map(({ high }) => high);
  const lows = candles.map(({ low }) => low);
  const closes = candles.map(({ close }) => close);
  const strength = rsi(closes, { period: RSI_PERIOD });
  return {
    close: last(closes),
    rsi: moved(last(strength)),
    previousRsi: moved(strength.at(-2) ?? Number.NaN),
    fastEma: last(ema(closes, { period: FAST_PERIOD })),
    slowEma: last(ema(closes, { period: SLOW_PERIOD })),
    atr: last(atr(highs, lows, closes, { period: ATR_PERIOD }).atrLine),
    support: Math.min(...lows.slice(-RANGE_CANDLES)),
    resistance: Math.max(...highs.slice(-RANGE_CANDLES)),
  };
}

function last(values: readonly number[]): number {
  return values.at(-1) ?? Number.NaN;
}

/** Without a gain or a loss the ratio behind RSI is 0 / 0. */
function moved(strength: number): number {
  return Number.isFinite(strength) ? strength : 50;
}
