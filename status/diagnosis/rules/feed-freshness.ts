/** Which part of the data does not come although the exchange speaks? */
import type { IntervalReading } from '../../samples/reading';
import { ofMachine, type Rule, when } from '../rule';
import { THRESHOLDS as T } from '../thresholds';
import { flatSeconds, freshestSeconds, grown, type View } from '../view';
import { lasting, whole } from '../words';

export const intervalSilent: Rule = (view) => {
  const freshest = freshestSeconds(view.now);
  if (freshest === null || freshest > T.disconnectedSeconds) return [];
  const { intervals } = view.now.feed;
  return intervals
    .filter((one) => one.freshestSeconds >= allowedSeconds(one, intervals))
    .map(({ interval, freshestSeconds: age, series, updates }) =>
      ofMachine(
        'interval_silent',
        'warning',
        `Traders that read ${interval} candles: no ${interval} kline of any symbol for ${lasting(age)}, while other intervals arrive.`,
        [
          `min(kline_data_age_seconds{interval="${interval}"}) ${whole(age)} over ${series} series`,
          `sum(kline_updates_total{interval="${interval}"}) ${updates}`,
        ],
      ),
    );
};

/** A trade moves the candles of all intervals at once, but those of one second come without a trade too. */
function allowedSeconds(one: IntervalReading, all: readonly IntervalReading[]): number {
  const moved = all.some(
    ({ interval, freshestSeconds: age }) =>
      interval !== one.interval && interval !== '1s' && age <= T.disconnectedSeconds,
  );
  return moved && one.series >= T.fewSeries ? T.intervalSilentSeconds : T.intervalSilentFewSeconds;
}

export const klinesStale: Rule = ({ now }) => {
  const stale = now.feed.intervals.filter(({ stale: count, series }) => count > T.staleShare * series);
  const worst = stale.reduce<IntervalReading | undefined>(
    (most, one) => (most && most.stale / most.series >= one.stale / one.series ? most : one),
    undefined,
  );
  if (!worst) return [];
  const { interval, stale: count, series, stalest } = worst;
  const everywhere = stale.length === now.feed.intervals.length && count > 0.8 * series;
  const sentence = `The ${interval} klines of ${count} of ${whole(series)} symbols are stale: the oldest, ${stalest.symbol}, is ${lasting(stalest.ageSeconds)} old, and filters judge old prices.`;
  const evidence = stale.map(
    (one) =>
      `kline_data_age_seconds{interval="${one.interval}"}: ${one.stale} of ${one.series} beyond the interval and 120 s`,
  );
  return [ofMachine('klines_stale', everywhere ? 'critical' : 'warning', sentence, evidence)];
};

export const tickersSilent: Rule = (view) => {
  const { feed } = view.now;
  const klines = feed.intervals.reduce((sum, { updates }) => sum + updates, 0);
  const never = feed.tickerUpdates === 0 && klines > 0 && !view.starting;
  const flat = flatSeconds(view, (reading) => reading.feed.tickerUpdates);
  const stopped = flat >= T.tickersSilentSeconds && klinesFlow(view);
  const length = never ? 'since the machine started' : `for ${lasting(flat)}`;
  return when(never || stopped, () =>
    ofMachine(
      'tickers_silent',
      'warning',
      `No 24 h ticker of any symbol ${length}, although klines arrive: filters that read the ticker see nothing and never match.`,
      [
        `sum(binance_ticker_updates_total) ${feed.tickerUpdates}`,
        `sum(kline_updates_total) ${klines}`,
        `binance_ws_messages_total{type="ticker"} ${feed.messages.ticker ?? 0}`,
      ],
    ),
  );
};

function klinesFlow(view: View): boolean {
  return (
    grown(view, ({ feed }) => feed.messages.kline ?? 0) > 0 && (freshestSeconds(view.now) ?? Infinity) < 10
  );
}
