import { PLAIN, type Row, redFrom } from '../panel';
import * as q from '../queries';
import { LIMITS } from '../thresholds';
import { p95 } from './filter-queries';

const happened = (metric: string) => `clamp_max(ceil(${q.counted(q.TRADER, q.ofTrader(metric), q.RATE)}), 1)`;

export const ACTIVITY_ROWS: readonly Row[] = [
  {
    height: 8,
    panels: [
      {
        kind: 'state-timeline',
        title: 'Trader Activity',
        description:
          'Did each trader run, by five minutes? Green: it ran. Red: at least one run failed. Grey: no run was due, or none came; a 1h trader is green once an hour. All grey at once: the machine stands still.',
        unit: 'none',
        width: 24,
        step: '5m',
        queries: [
          {
            expr: q.named(
              `${happened('trader_executions_total')} + ${happened('trader_execution_errors_total')}`,
            ),
            legend: q.TRADER_LEGEND,
          },
        ],
        runbooks: ['TraderStalled', 'ScreeningStalled'],
        words: [
          { value: 0, text: 'no run', colour: 'text' },
          { value: 1, text: 'ran', colour: 'green' },
          { value: 2, text: 'failed', colour: 'red' },
        ],
        steps: [{ colour: 'text' }, { from: 1, colour: 'green' }, { from: 2, colour: 'red' }],
      },
    ],
  },
  {
    height: 8,
    panels: [
      {
        kind: 'timeseries',
        title: 'Trader Execution Time',
        description:
          '95th percentile of each trader’s runs, over as long a time as it needs for a few. When red, the deadline stops its filter and its symbols go unscreened: shorten the filter.',
        unit: 's',
        width: 12,
        min: 0,
        queries: [{ expr: q.named(q.byCadence(p95)), legend: q.TRADER_LEGEND }],
        runbooks: ['SlowFilterExecution'],
        steps: redFrom(LIMITS.slowFilterSeconds),
      },
      {
        kind: 'gauge',
        title: 'Signal Processing Pipeline',
        description:
          'Signals waiting for or in analysis, of a queue of 100. When red, the analysis is slower than the traders or does not answer: see analysed and given-up signals on the dashboard Signal Pipeline.',
        unit: 'none',
        width: 6,
        min: 0,
        max: 100,
        decimals: 0,
        queries: [{ expr: `sum by (app) (${q.ofApp('signals_pending_analysis')})`, legend: '{{app}}' }],
        runbooks: ['AnalysisBacklog', 'AnalysisFailing'],
        steps: redFrom(LIMITS.pendingAnalyses),
      },
      {
        kind: 'stat',
        title: 'Last Run',
        description:
          'Time since each trader’s last run, right after a run its interval at most. A trader that is silent for longer than it is used to raises TraderStalled: look at its errors and at "Kline Data Freshness".',
        unit: 's',
        width: 6,
        decimals: 0,
        queries: [
          {
            expr: q.named(
              `time() - max by (${q.TRADER}) (${q.ofTrader('trader_last_execution_timestamp_seconds')} > 0)`,
            ),
            legend: q.TRADER_LEGEND,
          },
        ],
        runbooks: ['TraderStalled'],
        steps: PLAIN,
      },
    ],
  },
];
