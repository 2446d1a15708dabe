/** The nine panels of the first seed, in its layout. */
import { type DashboardSpec, redFrom } from '../panel';
import * as q from '../queries';
import { LIMITS, WINDOWS } from '../thresholds';
import { FILTER_POOL_ROWS } from './filter-pool';
import { byType, errorShare, p95 } from './filter-queries';

export const FILTER_EXECUTION: DashboardSpec = {
  uid: 'trader-filter-execution',
  title: 'Filter Execution Monitoring',
  description: 'Do the filters run, how long do they take, and does what they find reach the database?',
  tags: ['trader', 'filters', 'execution'],
  variables: ['app', 'trader'],
  rows: [
    {
      height: 8,
      panels: [
        {
          kind: 'timeseries',
          title: 'Filter Execution Error Rate',
          description:
            'Share of a trader’s runs that failed: of the last 30 minutes, or of as long a time as a slow trader needs for a few runs. When red: "Trader Errors by Type" names the error; compile and runtime errors are in the filter’s code, timeouts in its cost, missing_data in the market feed.',
          unit: 'percentunit',
          width: 12,
          min: 0,
          queries: [{ expr: q.named(q.byCadence(errorShare)), legend: q.TRADER_LEGEND }],
          runbooks: ['HighFilterErrorRate', 'FilterBadReturns'],
          steps: redFrom(LIMITS.errorShare),
        },
        {
          kind: 'timeseries',
          title: 'Filter Execution Duration (p95)',
          description:
            'Time of a trader’s run in its worker, 95 of 100 runs below, over as long a time as it needs for a few runs. When red, filters are being stopped by the deadline: shorten the filter, or watch fewer symbols or shorter histories with it.',
          unit: 's',
          width: 12,
          min: 0,
          queries: [{ expr: q.named(q.byCadence(p95)), legend: q.TRADER_LEGEND }],
          runbooks: ['SlowFilterExecution'],
          steps: redFrom(LIMITS.slowFilterSeconds),
        },
      ],
    },
    {
      height: 8,
      panels: [
        {
          kind: 'timeseries',
          title: 'Signal Generation vs Persistence',
          description:
            'Signals made and signals stored within an hour, per trader. Batches wait up to ten seconds, so the lines part for moments. When they stay apart, look at "Signal Persistence Errors" and at the dashboard Signal Pipeline.',
          unit: 'short',
          width: 12,
          min: 0,
          queries: [
            {
              expr: q.named(q.counted(q.TRADER, q.ofTrader('trader_signals_total'), WINDOWS.hour)),
              legend: `Generated · ${q.TRADER_LEGEND}`,
            },
            {
              expr: q.named(q.counted(q.TRADER, q.ofTrader('signals_persisted_total'), WINDOWS.hour)),
              legend: `Persisted · ${q.TRADER_LEGEND}`,
            },
          ],
          runbooks: ['SignalPersistenceGap', 'SignalConservationBroken'],
        },
        {
          kind: 'timeseries',
          title: 'Signal Persistence Errors',
          description:
            'Failed attempts to store a signal in the last ten minutes, by cause. Attempts are repeated, so nothing is lost yet. timeout and network: look at the database; schema, constraint, auth: the deploy and the database disagree.',
          unit: 'short',
          width: 12,
          min: 0,
          queries: byType('signal_persist_errors_total'),
          runbooks: ['SignalPersistenceFailures', 'SyncWritesFailing'],
        },
      ],
    },
    ...FILTER_POOL_ROWS,
  ],
};
