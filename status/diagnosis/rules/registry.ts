/** Are there traders, and do they run? */
import { durationMsOf, isInterval } from '../../../src/market/interval';
import type { TraderReading } from '../../samples/reading';
import { ofMachine, ofTrader, type Rule, when } from '../rule';
import { THRESHOLDS as T } from '../thresholds';
import { executionsOf, flatSeconds, grown, grownWithin, type View } from '../view';
import { clockTime, counted, lasting, listed, named } from '../words';

const liveTraders = ({ now }: View) => [...now.traders.values()].filter(({ live }) => live);

export const noTraders: Rule = (view) => {
  const { registrySize, tradersRefused } = view.now;
  const refused =
    tradersRefused > 0
      ? ` ${counted(tradersRefused, 'definition')} in the database ${tradersRefused === 1 ? 'was' : 'were'} refused.`
      : '';
  return when(registrySize === 0 && !view.starting, () =>
    ofMachine(
      'no_traders',
      'critical',
      `No trader runs: the machine has none loaded, so nothing is screened.${refused}`,
      ['registry_size 0', `traders_loaded_from_db_total{status="failed"} ${tradersRefused}`],
    ),
  );
};

/** Refused definitions, by trader where the page names it: one that ran before it was changed leaves the page. */
export const tradersRefused: Rule = (view) => {
  const refused = [...view.now.traders.values()].filter((trader) => !trader.live && refusals(trader) > 0);
  const recent = grown(view, (reading) => reading.tradersRefused);
  const evidence = `traders_loaded_from_db_total{status="failed"} ${view.now.tradersRefused} (+${recent})`;
  if (refused.length === 0) return when(recent > 0, () => unnamed(recent, evidence));
  return refused.map((trader) =>
    ofTrader(trader, 'traders_refused', 'warning', REFUSED, [
      `trader_errors_total{error_type="load" or "compile"} ${refusals(trader)}`,
      evidence,
    ]),
  );
};

const REFUSED =
  'its definition in the database was refused, so it does not run. The log says what is wrong with it. (If it has been deleted since, this goes with the next restart.)';

function refusals({ errors }: TraderReading): number {
  return (errors.load ?? 0) + (errors.compile ?? 0);
}

function unnamed(count: number, evidence: string) {
  const sentence = `${counted(count, 'changed trader')} refused: it does not run any more. The log names it and says what is wrong.`;
  return ofMachine('traders_refused', 'warning', sentence, [evidence]);
}

/** Every trader is overdue: it is the cycles that do not run, not a trader. */
export const stalled: Rule = (view) => {
  if (view.starting) return [];
  const traders = liveTraders(view);
  const overdue = traders.filter((trader) => isOverdue(view, trader));
  if (overdue.length > 0 && overdue.length === traders.length) return [noneScreens(overdue)];
  return overdue.map((trader) =>
    ofTrader(
      trader,
      'trader_stalled',
      'warning',
      `has not screened for ${lasting(silentSeconds(view, trader))}, while other traders do.`,
      [`trader_last_execution_timestamp_seconds ${trader.lastExecutionSeconds ?? 0}`],
    ),
  );
};

function noneScreens(traders: readonly TraderReading[]) {
  const last = Math.max(...traders.map(({ lastExecutionSeconds }) => lastExecutionSeconds ?? 0));
  const when = last > 0 ? `since ${clockTime(last * 1000)}` : 'since the machine started';
  return ofMachine(
    'screening_stalled',
    'critical',
    `All traders: no filter has run ${when}, although ${counted(traders.length, 'trader')} should: the screening cycles have stopped.`,
    [`max(trader_last_execution_timestamp_seconds) ${last}`],
  );
}

function isOverdue(view: View, trader: TraderReading): boolean {
  const allowed = T.stalledIntervals * longestIntervalSeconds(view, trader) + T.stalledSlackSeconds;
  return silentSeconds(view, trader) > allowed;
}

function silentSeconds({ now, uptimeSeconds }: View, { lastExecutionSeconds }: TraderReading): number {
  if (lastExecutionSeconds === null) return uptimeSeconds ?? 0;
  return Math.max(0, now.machineMs / 1000 - lastExecutionSeconds);
}

/**
 * The page does not say how often a trader runs. Its executions over its life bound that from above, once the first,
 * which comes at once and not at a boundary, is left out. Before that, and after traders were changed, the longest
 * interval with cycles does.
 */
function longestIntervalSeconds({ now, readings }: View, trader: TraderReading): number {
  const known = Object.keys(now.overruns).flatMap((one) =>
    isInterval(one) ? [durationMsOf(one) / 1000] : [],
  );
  const longest = known.length > 0 ? Math.max(...known) : 86_400;
  const { executions, lastExecutionSeconds } = trader;
  const changed = readings[0]!.tradersLoaded !== now.tradersLoaded;
  if (executions < 3 || lastExecutionSeconds === null || now.startedMs === null || changed) return longest;
  const bound = (lastExecutionSeconds - now.startedMs / 1000) / (executions - 2);
  return Math.min(longest, Math.max(Math.min(...known, longest), bound));
}

/** Cycles that never end are another matter: executions must still come. */
export const overruns: Rule = (view) =>
  Object.entries(view.now.overruns).flatMap(([interval, total]) => {
    const intervalSeconds = isInterval(interval) ? durationMsOf(interval) / 1000 : 60;
    if (flatSeconds(view, executionsOf) > 2 * intervalSeconds) return [];
    const count = grownWithin(view, T.overrunsSeconds, (reading) => reading.overruns[interval] ?? 0);
    const sentence = `The ${interval} screening takes longer than ${interval}: ${counted(count, 'cycle')} skipped in a quarter of an hour, slowest ${slowest(view)}.`;
    return when(count > (interval === '1s' ? T.secondOverruns : T.overruns), () =>
      ofMachine('screening_overruns', 'warning', sentence, [
        `screening_overruns_total{interval="${interval}"} ${total} (+${count})`,
      ]),
    );
  });

function slowest(view: View): string {
  const timed = liveTraders(view).filter(({ durationSeconds }) => durationSeconds.count > 0);
  timed.sort(
    (a, b) =>
      b.durationSeconds.sum / b.durationSeconds.count - a.durationSeconds.sum / a.durationSeconds.count,
  );
  return listed(timed.slice(0, 2).map(({ name }) => named(name)));
}
