import type { FilterHelpers } from '../filter-api';
import { averageVolume, bollinger, ema, highest, lowest, sma, wma } from './averages';
import { crossedAbove, crossedBelow, divergence, engulfing, last, rsiDivergence } from './candle-patterns';
import { toTuples } from './kline-tuples';
import { cci, macd, rateOfChange, rsi, stochastic, stochRsi, williamsR } from './oscillators';
import { adx, atr } from './trend';
import { mfi, obv, pvi, vwap } from './volume-indicators';

/** The filter's third argument. */
export const HELPERS: FilterHelpers = {
  last,
  ...{ sma, ema, wma, bollinger, highest, lowest, averageVolume },
  ...{ rsi, stochRsi, macd, stochastic, williamsR, cci, rateOfChange },
  ...{ adx, atr },
  ...{ vwap, obv, pvi, mfi },
  ...{ engulfing, divergence, rsiDivergence, crossedAbove, crossedBelow },
  toTuples,
};
