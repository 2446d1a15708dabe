/** Do signals reach the database and the analysis? */
import type { Reading } from '../../samples/reading';
import { ofMachine, type Rule, when } from '../rule';
import { beyond } from '../screening';
import { THRESHOLDS as T } from '../thresholds';
import { grown, lastGrowthMs, sumOf, type View } from '../view';
import { counted, lasting, listed } from '../words';

type Pick = (reading: Reading) => number;
const writeErrors: Pick = ({ signals }) => signals.writeErrors;
const batchWrites: Pick = ({ signals }) => signals.batchWrites;
const analysed: Pick = ({ signals }) => signals.analyzed;
const analysisFailed: Pick = ({ signals }) => signals.analysisFailed;

/** Failures go on: they are newer than the last success, or many among the recent attempts. */
function isFailing(view: View, failures: Pick, successes: Pick): boolean {
  const failedMs = lastGrowthMs(view, failures);
  if (failedMs === undefined) return view.before === undefined && failures(view.now) > successes(view.now);
  if (view.now.atMs - failedMs > T.windowSeconds * 1000) return false;
  if (failedMs > (lastGrowthMs(view, successes) ?? 0)) return true;
  const failed = grown(view, failures);
  const recent = view.now.atMs - failedMs < T.graceSeconds * 1000;
  return recent && failed >= 3 && failed > T.failedShare * (failed + grown(view, successes));
}

export const databaseFailing: Rule = (view) => {
  if (!isFailing(view, writeErrors, batchWrites)) return [];
  const { queues } = view.now.signals;
  const types = persistErrorTypes(view);
  const why = types.length > 0 ? ` (${listed(types.map(meaning))})` : '';
  const waiting = queues.signals ?? 0;
  const kept =
    waiting > 0
      ? `${counted(waiting, 'signal')} ${waiting === 1 ? 'waits' : 'wait'} in memory and would be lost with the process`
      : 'no signal waits yet';
  return [
    ofMachine(
      'database_failing',
      'critical',
      `The database does not take what the machine writes${why}: ${kept}.`,
      [
        `sync_write_errors_total ${view.now.signals.writeErrors} (+${grown(view, writeErrors)})`,
        `sync_batch_writes_total ${view.now.signals.batchWrites} (+${grown(view, batchWrites)})`,
        `sync_queue_depth signals ${waiting}, metrics ${queues.metrics ?? 0}, events ${queues.events ?? 0}`,
      ],
    ),
  ];
};

function persistErrorTypes({ now, before }: View): string[] {
  const counts = new Map<string, number>();
  for (const [id, { persistErrors }] of now.traders)
    for (const [type, count] of Object.entries(beyond(persistErrors, before?.traders.get(id)?.persistErrors)))
      counts.set(type, (counts.get(type) ?? 0) + count);
  return [...counts].sort(([, a], [, b]) => b - a).map(([type]) => type);
}

const MEANINGS: Readonly<Record<string, string>> = {
  timeout: 'timeout: it answers too late',
  network: 'network: it cannot be reached',
  auth: 'auth: it refuses the credentials',
  schema: 'schema: a table or column is not as expected',
  constraint: 'constraint: it refuses the rows',
};

function meaning(type: string): string {
  return MEANINGS[type] ?? type;
}

export const signalsDropped: Rule = (view) => {
  const dropped = view.before
    ? beyond(view.now.signals.dropped, view.before.signals.dropped)
    : beyond(view.now.signals.dropped, {});
  const count = sumOf(dropped);
  const length = view.before ? `in the last ${lasting(view.windowSeconds)}` : 'since the start';
  return when(count > 0, () =>
    ofMachine(
      'signals_dropped',
      'queue_overflow' in dropped ? 'critical' : 'warning',
      `${counted(count, 'signal')} lost for good ${length}, by reason: ${Object.keys(dropped).join(', ')}.`,
      Object.entries(dropped).map(([reason, more]) => `signals_dropped_total{reason="${reason}"} +${more}`),
    ),
  );
};

/** Holds on every page; two in a row, so that no page taken in between two lines can cry wolf. */
export const conservation: Rule = ({ now, readings }) => {
  const earlier = readings.at(-2);
  const broken = gapOf(now) !== 0 && earlier !== undefined && gapOf(earlier) !== 0;
  const { generated, persisted, queues, dropped } = now.signals;
  return when(broken, () =>
    ofMachine(
      'conservation_broken',
      'warning',
      `${counted(Math.abs(gapOf(now)), 'signal')} ${gapOf(now) > 0 ? 'vanished between trader and database' : 'more were stored than generated'}: the counts do not add up.`,
      [
        `generated ${generated}, persisted ${persisted}, queued ${queues.signals ?? 0}, dropped ${sumOf(dropped)}`,
      ],
    ),
  );
};

function gapOf({ signals }: Reading): number {
  return signals.generated - signals.persisted - (signals.queues.signals ?? 0) - sumOf(signals.dropped);
}

export const queueFilling: Rule = ({ now }) => {
  const waiting = now.signals.queues.signals ?? 0;
  return when(waiting >= T.queuedSignals, () =>
    ofMachine(
      'signal_queue_filling',
      'warning',
      `${counted(waiting, 'signal')} wait for the database, of 1,000 that fit: beyond that the oldest are lost.`,
      [`sync_queue_depth{queue_type="signals"} ${waiting}`],
    ),
  );
};

export const analysis: Rule = (view) => {
  const { pendingAnalysis, analyzed, analysisFailed: failed } = view.now.signals;
  const evidence = [
    `signals_failed_total ${failed} (+${grown(view, analysisFailed)}), signals_analyzed_total ${analyzed} (+${grown(view, analysed)})`,
    `signals_pending_analysis ${pendingAnalysis}`,
  ];
  const failing = `Signals are found and stored, but their analysis fails: ${counted(failed, 'analysis')} given up, ${analyzed} done since the start.`;
  const backlog = `${counted(pendingAnalysis, 'signal')} wait for their analysis, of 100 that fit: the analyser is too slow.`;
  return [
    ...when(isFailing(view, analysisFailed, analysed) && failed >= T.failedAnalyses, () =>
      ofMachine('analysis_failing', 'warning', failing, evidence),
    ),
    ...when(pendingAnalysis >= T.pendingAnalyses, () =>
      ofMachine('analysis_backlog', 'warning', backlog, evidence),
    ),
  ];
};
