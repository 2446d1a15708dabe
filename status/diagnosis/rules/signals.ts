/** Is what a trader finds believable: neither too much, nor nothing anywhere, nor too late? */
import { quantile, since } from '../../samples/distribution';
import type { TraderReading } from '../../samples/reading';
import { ofMachine, ofTrader, type Rule, when } from '../rule';
import { screeningsOf, watchedIn } from '../screening';
import { THRESHOLDS as T } from '../thresholds';
import type { View } from '../view';
import { counted, duration, lasting, whole } from '../words';

export const signalFlood: Rule = (view) =>
  screeningsOf(view).flatMap(({ trader }) => [...flood(view, trader), ...alwaysTrue(trader)].slice(0, 1));

/** Within an hour at most; a short history shows a flood as soon as it is worth an hour's. */
function flood({ readings, now, uptimeSeconds }: View, trader: TraderReading) {
  const symbols = Math.max(1, trader.watching ?? 1);
  const seen = trader.signals - (readings[0]?.traders.get(trader.id)?.signals ?? 0);
  const seenSeconds = (now.atMs - (readings[0]?.atMs ?? now.atMs)) / 1000;
  const perHour = (trader.signals * 3600) / Math.max(3600, uptimeSeconds ?? 0);
  const recent = readings.length > 1;
  const signals = recent ? seen : perHour;
  return when(signals > T.signalsPerSymbolHour * symbols, () =>
    ofTrader(
      trader,
      'signal_flood',
      'warning',
      `floods: ${counted(signals, 'signal')} from ${counted(symbols, 'symbol')} ${recent ? `in the last ${lasting(seenSeconds)}` : 'an hour since the start'}; its filter matches far too often to mean anything.`,
      [`trader_signals_total ${trader.signals} (+${seen})`],
    ),
  );
}

function alwaysTrue(trader: TraderReading) {
  const { matches, evaluated, screenings, watching, newMatches, continuing } = trader;
  const now = (newMatches ?? 0) + (continuing ?? 0);
  const always =
    matches >= T.alwaysTrueShare * evaluated && now >= T.alwaysTrueShare * (watching ?? Infinity);
  return when(always && screenings >= 3 && (watching ?? 0) >= T.alwaysTrueSymbols, () =>
    ofTrader(
      trader,
      'signal_flood',
      'warning',
      `matches ${whole(now)} of ${counted(watching ?? 0, 'symbol')} in every screening: its filter is always true.`,
      [
        `trader_matches_total ${matches} of trader_symbols_evaluated_total ${evaluated}`,
        `trader_new_matches ${newMatches ?? 0}, trader_continuing_matches ${continuing ?? 0}`,
      ],
    ),
  );
}

export const noMatchAnywhere: Rule = (view) => {
  const screened = screeningsOf(view).filter(({ trader }) => trader.screenings > 0);
  const matched = screened.some(({ trader }) => trader.matches > 0);
  const long = (view.uptimeSeconds ?? 0) >= T.noMatchSeconds;
  return when(screened.length >= T.matchlessTraders && !matched && long, () =>
    ofMachine(
      'no_match_anywhere',
      'warning',
      `All traders: ${counted(screened.length, 'trader')} screen and none has matched anything since the machine started ${lasting(view.uptimeSeconds ?? 0)} ago: rather the filters or their data than the market.`,
      [`sum(trader_matches_total) 0`, `traders with screenings ${screened.length}`],
    ),
  );
};

export const filterSlow: Rule = (view) =>
  [...view.now.traders.values()]
    .filter(({ live }) => live)
    .flatMap((trader) => {
      const earlier = view.before?.traders.get(trader.id)?.durationSeconds;
      const recent = since(trader.durationSeconds, earlier);
      const p95 = quantile(recent.count > 0 ? recent : trader.durationSeconds, 0.95) ?? 0;
      return when(p95 > T.slowFilterSeconds, () =>
        ofTrader(
          trader,
          'filter_slow',
          'warning',
          `its filter is slow: 95 % of its executions take up to ${duration(p95)}, so its signals come late.`,
          [
            `p95 of trader_execution_duration_seconds ${p95.toFixed(2)} over ${recent.count || trader.durationSeconds.count} executions`,
          ],
        ),
      );
    });

/** Enough traders without a candle that closed in time: then it is the closes that do not come. */
export const closesMissing: Rule = (view) => {
  const run = screeningsOf(view).filter(({ executions }) => executions > 0);
  const stale = run.filter((one) => (one.skipped.stale_data ?? 0) > T.skippedShare * watchedIn(one));
  return when(stale.length > 0 && 2 * stale.length >= run.length, () =>
    ofMachine(
      'closes_missing',
      'warning',
      `${stale.length === run.length ? 'All traders' : `${stale.length} of ${counted(run.length, 'trader')}`}: klines arrive, but their candles do not close in time: the newest candle in memory is an old one, and symbols are skipped for it.`,
      stale.map(
        ({ trader, skipped }) =>
          `${trader.id}: trader_symbols_skipped_total{reason="stale_data"} +${skipped.stale_data}`,
      ),
    ),
  );
};
