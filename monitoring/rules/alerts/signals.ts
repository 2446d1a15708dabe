import type { AlertGroup } from '../alert';
import { growth, named, namedWhileThere, perApp } from '../expressions';
import { THRESHOLDS } from '../thresholds';

const QUEUED = 'sync_queue_depth{queue_type="signals"}';

/**
 * Totals of the process, not growth over a window: a stop flushes the queue after the last scrape, so over a window
 * that holds a restart "generated less persisted" is wrong by the signals of that flush.
 */
const UNSTORED =
  'sum by (app, trader_id) (trader_signals_total) - sum by (app, trader_id) (signals_persisted_total)';
/** The totals keep for ever what was dropped once: it counts while something is stuck, or was dropped lately. */
const STUCK = `${perApp(`min_over_time(${QUEUED}[10m])`)} > 0 or ${growth('app', 'signals_dropped_total', '30m')} > 0`;

/** Before the first signal, or the first trader, the counters have no series. */
function sumOrZero(metric: string): string {
  return `(sum by (app) (${metric}) or 0 * sum by (app) (${QUEUED}))`;
}

const BALANCE = [
  sumOrZero('signals_generated_total'),
  sumOrZero('signals_persisted_total'),
  `sum by (app) (${QUEUED})`,
  'sum by (app) (signals_dropped_total)',
].join(' - ');

export const SIGNAL_ALERTS: AlertGroup = {
  name: 'trader-signals',
  alerts: [
    {
      name: 'SignalPersistenceFailures',
      expr: named(`${growth('app, trader_id, error_type', 'signal_persist_errors_total', '10m')} > 0`),
      for: '1m',
      severity: 'warning',
      summary:
        'Trader "{{ $labels.trader_name }}" on {{ $labels.app }}: storing its signals failed {{ $value | printf "%.0f" }} times ({{ $labels.error_type }})',
      description:
        'Failed batches are tried again with growing pauses, so nothing is lost yet. The error type says whose fault it is: timeout and network the database, schema and constraint the row, auth the credentials.',
      dashboard: 'signals',
    },
    {
      name: 'SignalPersistenceGap',
      expr: namedWhileThere(`${UNSTORED} > ${THRESHOLDS.persistenceGap}\nand on (app) (${STUCK})`),
      for: '10m',
      severity: 'critical',
      summary:
        'Trader "{{ $labels.trader_name }}" on {{ $labels.app }}: {{ $value | printf "%.0f" }} signals are not in the database',
      description:
        'They were generated and neither stored nor analysed. What is queued is lost when the process is killed, and dropped when the queue is full.',
      dashboard: 'signals',
    },
    {
      name: 'SignalConservationBroken',
      expr: `abs(${BALANCE}) > 0`,
      for: '2m',
      severity: 'critical',
      summary:
        'The signals of {{ $labels.app }} do not add up: {{ $value | printf "%.0f" }} are unaccounted for',
      description:
        'Generated = persisted + queued + dropped holds at every scrape. Where it does not, the trader has a fault that loses signals or stores them twice.',
      dashboard: 'signals',
    },
    {
      name: 'SignalsDropped',
      expr: `${growth('app, reason', 'signals_dropped_total', '30m')} > 0`,
      for: '0s',
      severity: 'critical',
      summary: '{{ $labels.app }} has dropped {{ $value | printf "%.0f" }} signals ({{ $labels.reason }})',
      description:
        'They are gone: nobody is told of them and nobody analyses them. queue_overflow means that the database was away for too long, constraint that it will never take the row.',
      dashboard: 'signals',
    },
    {
      name: 'SignalQueueFilling',
      expr: `${perApp(QUEUED)} > ${THRESHOLDS.queuedSignals}`,
      for: '2m',
      severity: 'warning',
      summary: '{{ $value | printf "%.0f" }} signals of {{ $labels.app }} wait for the database',
      description: 'The queue holds 1,000. When it is full each new signal costs the oldest one.',
      dashboard: 'signals',
    },
    {
      name: 'SyncWritesFailing',
      expr: `${growth('app', 'sync_write_errors_total', '10m')} > ${THRESHOLDS.failedWrites}`,
      for: '1m',
      severity: 'warning',
      summary:
        '{{ $labels.app }}: {{ $value | printf "%.0f" }} batches could not be written to the database in ten minutes',
      description:
        'Signals wait and are tried again. Executions and events, which the history and the restart need, wait in queues of their own.',
      dashboard: 'signals',
    },
    {
      name: 'AnalysisBacklog',
      expr: `${perApp('signals_pending_analysis')} > ${THRESHOLDS.pendingAnalyses}`,
      for: '5m',
      severity: 'warning',
      summary: '{{ $value | printf "%.0f" }} signals of {{ $labels.app }} wait for their analysis',
      description: 'Stored signals are judged late; beyond 100 waiting ones further analyses are given up.',
      dashboard: 'signals',
    },
    {
      name: 'AnalysisFailing',
      expr: analysisFailing(),
      for: '5m',
      severity: 'warning',
      summary:
        '{{ $labels.app }}: {{ $value | humanizePercentage }} of the analyses of the last hour were given up',
      description: 'Signals are stored without a judgement. The trader logs why for each.',
      dashboard: 'signals',
    },
  ],
};

function analysisFailing(): string {
  const failed = growth('app', 'signals_failed_total', '1h');
  const all = `(${failed} + ${growth('app', 'signals_analyzed_total', '1h')} > 0)`;
  return `${failed} / ${all} > ${THRESHOLDS.failedAnalysisShare}\nand on (app) ${failed} >= ${THRESHOLDS.failedAnalyses}`;
}
