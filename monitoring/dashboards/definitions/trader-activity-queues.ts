import { type Row, redFrom } from '../panel';
import * as q from '../queries';
import { LIMITS, WINDOWS } from '../thresholds';

const EXECUTION = 'trader_execution_duration_seconds';
const executed = (part: string) => q.counted('app', q.ofTrader(EXECUTION + part), WINDOWS.recent);

export const QUEUE_ROW: Row = {
  height: 6,
  panels: [
    {
      kind: 'stat',
      title: 'Queue Depth',
      description:
        'Signals that the database has not acknowledged, and signals that wait for their analysis. When red, half of the queue is full; beyond its end signals are dropped. See the dashboard Signal Pipeline for which write fails.',
      unit: 'none',
      width: 12,
      decimals: 0,
      queries: [
        {
          expr: `sum by (app) (${q.ofApp('sync_queue_depth', 'queue_type="signals"')})`,
          legend: 'Signals · {{app}}',
        },
        {
          expr: `sum by (app) (${q.ofApp('signals_pending_analysis')})`,
          legend: 'Analysis · {{app}}',
          steps: redFrom(LIMITS.pendingAnalyses),
        },
      ],
      runbooks: ['SignalQueueFilling', 'AnalysisBacklog'],
      steps: redFrom(LIMITS.queuedSignals),
    },
    {
      kind: 'stat',
      title: 'Execution Time',
      description:
        'Mean and 95th percentile of a run’s time in its worker, over the chosen traders, in the last ten minutes. When red, filters are being stopped by their deadline: "Trader Execution Time" names them.',
      unit: 's',
      width: 12,
      queries: [
        { expr: `${executed('_sum')} / (${executed('_count')} > 0)`, legend: 'Avg · {{app}}' },
        {
          expr: `${q.quantile(0.95, 'app', q.ofTrader(`${EXECUTION}_bucket`), WINDOWS.recent)}\nand on (app) ${executed('_count')} > 0`,
          legend: 'P95 · {{app}}',
        },
      ],
      runbooks: ['SlowFilterExecution'],
      steps: redFrom(LIMITS.slowFilterSeconds, 1),
    },
  ],
};
