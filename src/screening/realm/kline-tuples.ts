import { closeTimeOf, type Interval } from '../../market/interval';
import type { FilterHelpers, KlineTuple } from '../filter-api';

export const toTuples: FilterHelpers['toTuples'] = (timeframe) => {
  const tuples: KlineTuple[] = [];
  for (let index = 0; index < timeframe.length; index++) {
    const openTime = timeframe.openTime[index]!;
    tuples.push([
      openTime,
      `${timeframe.open[index]!}`,
      `${timeframe.high[index]!}`,
      `${timeframe.low[index]!}`,
      `${timeframe.close[index]!}`,
      `${timeframe.volume[index]!}`,
      closeTimeOf(timeframe.interval as Interval, openTime),
      `${timeframe.quoteVolume[index]!}`,
      timeframe.trades[index]!,
      `${timeframe.takerBuyBase[index]!}`,
      `${timeframe.takerBuyQuote[index]!}`,
      '0',
    ]);
  }
  return tuples;
};
