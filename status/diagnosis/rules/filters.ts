/** Does each trader's filter give a verdict on its symbols? */
import type { Cause } from '../causes';
import type { Finding } from '../finding';
import { ofTrader, type Rule } from '../rule';
import { perExecution, type Screening, screeningsOf, watchedIn } from '../screening';
import { failingSince } from '../since';
import { THRESHOLDS as T } from '../thresholds';
import { sumOf, type View } from '../view';
import { counted, listed, whole } from '../words';

export const filters: Rule = (view) =>
  screeningsOf(view).flatMap((screening) => [...execution(view, screening), ...symbols(view, screening)]);

interface Failure {
  readonly cause: Cause;
  readonly says: string;
}

/** Failures of an execution as a whole. */
const FAILURES: Readonly<Record<string, Failure>> = {
  compile: { cause: 'filter_compile_error', says: 'the filter does not compile: it never runs' },
  timeout: {
    cause: 'filter_timeout',
    says: 'the filter runs into its time limit and is stopped: it may never end',
  },
  worker_crash: {
    cause: 'filter_worker_crash',
    says: 'the filter brings its worker down, most likely by its memory',
  },
  unknown: { cause: 'filter_error', says: 'the execution fails; the log says how' },
};

function execution(view: View, screening: Screening): readonly Finding[] {
  const { trader, executions, executionErrors } = screening;
  const failures = Object.entries(executionErrors).filter(([type]) => type in FAILURES);
  const [type, count] = failures.sort(([, a], [, b]) => b - a)[0] ?? [];
  if (type === undefined || count === undefined || count <= T.skippedShare * executions) return [];
  const failure = FAILURES[type]!;
  const share = executions > 1 ? ` (${counted(count, 'execution')} of ${whole(executions)})` : '';
  return [
    ofTrader(
      trader,
      failure.cause,
      'warning',
      `${failure.says} (${type})${share}${failingSince(view, trader)}.`,
      [`trader_execution_errors_total{error_type="${type}"} +${count} of ${executions} executions`],
    ),
  ];
}

/** Reasons why symbols got no verdict; `says` follows "for 100 of 100 symbols". */
const SKIPS: Readonly<
  Record<string, { readonly cause: Cause; readonly before: string; readonly after: string }>
> = {
  error: {
    cause: 'filter_error',
    before: 'the filter throws an error for',
    after: ' (runtime): they get no verdict',
  },
  bad_return: {
    cause: 'filter_bad_return',
    before: 'the filter returned neither true nor false (undefined, NaN or the like) for',
    after: ' (bad_return): it never returns a verdict on them',
  },
  insufficient_history: {
    cause: 'history_too_short',
    before: 'it asks for more candles than the machine holds for',
    after: ' (insufficient_history): they are not evaluated',
  },
  no_data: {
    cause: 'data_missing',
    before: 'a timeframe that it requires has no candle for',
    after: ' (no_data): they are not evaluated',
  },
  stale_data: {
    cause: 'data_stale',
    before: 'the newest candle had not closed in time for',
    after: ' (stale_data): they are not evaluated',
  },
};

function symbols(view: View, screening: Screening): readonly Finding[] {
  const { trader, skipped, executionErrors } = screening;
  const watched = watchedIn(screening);
  const named = Object.keys(executionErrors).some((type) => type in FAILURES);
  return Object.entries(skipped)
    .filter(([reason, count]) => reason in SKIPS && count > shareOf(reason) * watched)
    .filter(([, count]) => perExecution(count, screening) > 0)
    .filter(([reason]) => !(reason === 'error' && named))
    .filter(([reason]) => !(reason === 'insufficient_history' && view.starting))
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => {
      const { cause, before, after } = SKIPS[reason]!;
      const amount = `${whole(perExecution(count, screening))} of ${counted(perExecution(watched, screening), 'symbol')}`;
      const held = reason === 'insufficient_history' ? heldCandles(view) : '';
      const sentence = `${before} ${amount}${failingSince(view, trader)}${after}${held}.`;
      return ofTrader(trader, cause, 'warning', sentence, evidenceOf(screening, reason, count));
    });
}

function shareOf(reason: string): number {
  return reason === 'bad_return' ? T.badReturnShare : T.skippedShare;
}

function heldCandles({ now }: View): string {
  return `; it holds ${listed(
    now.feed.intervals.map(({ interval, medianBuffer }) => `${medianBuffer} of ${interval}`),
    4,
  )}`;
}

function evidenceOf(screening: Screening, reason: string, count: number): string[] {
  const { executions, evaluated, basis, skipped } = screening;
  const over = `${counted(executions, 'execution')}${basis === 'start' ? ' since the start' : ''}`;
  return [
    `trader_symbols_skipped_total{reason="${reason}"} +${count} in ${over}`,
    `trader_symbols_evaluated_total +${evaluated}, skipped in all ${sumOf(skipped)}`,
  ];
}
