import type { MarketView } from '../market/market-view';
import type { Analyser, Assessment } from './analysis';
import { AnalysisError } from './analysis-error';
import type { Signal } from './signal';
import { assess } from './technical-assessment';

/** Candles an assessment looks at. */
export const ANALYSED_CANDLES = 120;

/** The built-in analyser: the same candles always give the same answer, and nothing leaves the machine. */
export class TechnicalAnalyser implements Analyser {
  readonly modelName = 'technical-1';

  constructor(private readonly market: Pick<MarketView, 'recentCandles'>) {}

  async analyse(signal: Signal): Promise<Assessment> {
    return assess(candlesUpTo(this.market, signal));
  }
}

/**
 * What was known when the signal arose: a retry some candles later sees the same.
 * @throws AnalysisError when there is no such candle
 */
export function candlesUpTo(market: Pick<MarketView, 'recentCandles'>, signal: Signal) {
  const candles = market
    .recentCandles(signal.symbol, signal.interval, ANALYSED_CANDLES)
    .filter(({ openTimeMs }) => openTimeMs < signal.boundaryMs);
  if (candles.length === 0) {
    throw new AnalysisError(
      'no_candles',
      `no ${signal.interval} candles of ${signal.symbol} are held`,
      false,
    );
  }
  return candles;
}
