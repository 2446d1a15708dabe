import type { AlertGroup } from '../alert';
import { byCadence } from '../cadence';
import { growth, named } from '../expressions';
import { THRESHOLDS } from '../thresholds';

const TRADER = 'app, trader_id';

function errorShare(window: string, slow: boolean): string {
  const failed = growth(TRADER, 'trader_execution_errors_total', window);
  const limit = slow ? THRESHOLDS.slowTraderErrorShare : THRESHOLDS.errorShare;
  return `${failed} / (${growth(TRADER, 'trader_executions_total', window)} > 0) > ${limit}`;
}

function slowRuns(window: string): string {
  const buckets = growth(`${TRADER}, le`, 'trader_execution_duration_seconds_bucket', window);
  return `histogram_quantile(0.95, ${buckets}) > ${THRESHOLDS.slowFilterSeconds}`;
}

function badReturns(window: string): string {
  return `${growth(TRADER, 'trader_symbols_skipped_total{reason="bad_return"}', window)} > 0`;
}

function skippedShare(window: string): string {
  const skipped = growth(`${TRADER}, reason`, 'trader_symbols_skipped_total{reason!="bad_return"}', window);
  const evaluated = growth(TRADER, 'trader_symbols_evaluated_total', window);
  const watched = `(${evaluated} + ${growth(TRADER, 'trader_symbols_skipped_total', window)} > 0)`;
  return `${skipped} / on (${TRADER}) group_left () ${watched} > ${THRESHOLDS.skippedShare}`;
}

export const FILTER_ALERTS: AlertGroup = {
  name: 'trader-filters',
  alerts: [
    {
      name: 'HighFilterErrorRate',
      expr: named(byCadence(errorShare)),
      for: '5m',
      severity: 'critical',
      summary:
        'Trader "{{ $labels.trader_name }}" on {{ $labels.app }}: {{ $value | humanizePercentage }} of its runs fail',
      description:
        'A failed run screens nothing: while this lasts the trader finds signals seldom or never. Every error has a type and, in the log, a message.',
      dashboard: 'filters',
    },
    {
      name: 'SlowFilterExecution',
      expr: named(byCadence(slowRuns)),
      for: '10m',
      severity: 'warning',
      summary:
        'Trader "{{ $labels.trader_name }}" on {{ $labels.app }}: one run in twenty takes longer than {{ $value | humanizeDuration }}',
      description:
        'Runs that reach FILTER_TIMEOUT_MS are stopped and cost their worker. A slow trader also keeps a worker from the others.',
      dashboard: 'filters',
    },
    {
      name: 'FilterBadReturns',
      expr: named(byCadence(badReturns)),
      for: '1m',
      severity: 'warning',
      summary:
        'Trader "{{ $labels.trader_name }}" on {{ $labels.app }}: its filter answered neither yes nor no {{ $value | printf "%.0f" }} times',
      description:
        'The filter returned undefined, NaN, a promise or another value that is neither a boolean nor { match: boolean }. Such a symbol gets no verdict; it would look like "no match".',
      dashboard: 'filters',
    },
    {
      name: 'SymbolsSkipped',
      expr: named(byCadence(skippedShare)),
      for: '10m',
      severity: 'warning',
      summary:
        'Trader "{{ $labels.trader_name }}" on {{ $labels.app }}: {{ $value | humanizePercentage }} of its symbols get no verdict ({{ $labels.reason }})',
      description:
        'The trader runs, yet a good part of its watch list is not screened. no_data and insufficient_history point at candles, stale_data at the feed, error at the filter.',
      dashboard: 'filters',
    },
  ],
};
