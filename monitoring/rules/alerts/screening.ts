import type { AlertGroup } from '../alert';
import { stalledMachines, stalledTraders } from '../cadence';
import { growth, HAS_TRADERS, named, perApp, UPTIME_SECONDS } from '../expressions';
import { THRESHOLDS } from '../thresholds';

const LAST_RUN = perApp('trader_last_execution_timestamp_seconds');
const START = perApp('process_start_time_seconds');
/** Seconds without a run. A process that has just started is not blamed for the time before it. */
const SILENCE = `time() - (${LAST_RUN} > ${START} or ${START})`;

/** Every trader is run at once when the machine has started, whatever its interval. */
const NEVER_RAN = `(${UPTIME_SECONDS} > ${THRESHOLDS.startSeconds} and on (app) ${LAST_RUN} == 0 and on (app) ${HAS_TRADERS})`;

const SKIPPED_SECONDS = `${growth('app, interval', 'screening_overruns_total{interval="1s"}', '15m')} > ${THRESHOLDS.secondOverrunShare * 900}`;

/** Live workers, not the pool's size: that one is what the pool may run, alive or not. */
const NO_WORKER = `${perApp('screener_workers_active + screener_workers_idle')} == 0\nand on (app) ${HAS_TRADERS}`;

/** Restarted with the same broken traders a counter stands where it stood: growth shows nothing, but the start does. */
const FAILED_LOADS = 'traders_loaded_from_db_total{status="failed"}';
const FAILED_AT_START = `${perApp(FAILED_LOADS)} > 0 and on (app) ${UPTIME_SECONDS} < 1800`;

export const STALL_ALERTS: AlertGroup = {
  name: 'trader-stalls',
  // These look back over days.
  every: '1m',
  alerts: [
    {
      name: 'ScreeningStalled',
      expr: `${stalledMachines(SILENCE)}\nor ${NEVER_RAN}`,
      for: '1m',
      severity: 'critical',
      summary: '{{ $labels.app }} has screened nothing for {{ $value | humanizeDuration }}',
      description:
        'It has traders that are used to run more often than that, and none of them ran. No signal can come until it does.',
      dashboard: 'traders',
    },
    {
      name: 'TraderStalled',
      expr: named(stalledTraders()),
      for: '2m',
      severity: 'warning',
      summary:
        'Trader "{{ $labels.trader_name }}" on {{ $labels.app }} has not run for {{ $value | humanizeDuration }}',
      description:
        'It is loaded and used to run more often than that. Other traders of the machine may be well.',
      dashboard: 'traders',
    },
  ],
};

export const SCREENING_ALERTS: AlertGroup = {
  name: 'trader-screening',
  alerts: [
    {
      name: 'ScreeningOverruns',
      expr: `${growth('app, interval', 'screening_overruns_total{interval!="1s"}', '15m')} > 0\nor ${SKIPPED_SECONDS}`,
      for: '0s',
      severity: 'warning',
      summary:
        '{{ $labels.app }} skipped {{ $value | printf "%.0f" }} cycles of its {{ $labels.interval }} traders in 15 minutes',
      description: 'The cycle before was still running. A skipped cycle is a candle that nobody screened.',
      dashboard: 'traders',
    },
    {
      name: 'WorkerPoolSaturated',
      expr: `sum by (app) (rate(screener_busy_seconds_total[5m])) / (sum by (app) (pool_size) > 0) > ${THRESHOLDS.workerUtilisation}`,
      for: '5m',
      severity: 'warning',
      summary:
        'The filter workers of {{ $labels.app }} are busy {{ $value | humanizePercentage }} of the time',
      description: 'Traders wait for a worker, cycles end late, and in the end they overrun.',
      dashboard: 'filters',
    },
    {
      name: 'WorkerPoolEmpty',
      expr: NO_WORKER,
      for: '1m',
      severity: 'critical',
      summary: '{{ $labels.app }} has no live filter worker',
      description: 'No filter can run: every execution fails as worker_crash.',
      dashboard: 'filters',
    },
    {
      name: 'WorkersRestarting',
      expr: `${growth('app, reason', 'screener_worker_restarts_total', '15m')} > ${THRESHOLDS.workerRestarts}`,
      for: '1m',
      severity: 'warning',
      summary:
        '{{ $labels.app }} replaced {{ $value | printf "%.0f" }} filter workers in 15 minutes ({{ $labels.reason }})',
      description:
        'A filter costs its worker by running too long, by holding too much memory or by crashing it.',
      dashboard: 'filters',
    },
    {
      name: 'TraderLoadFailures',
      expr: `${growth('app', FAILED_LOADS, '30m')} > 0\nor ${FAILED_AT_START}`,
      for: '0s',
      severity: 'critical',
      summary: '{{ $labels.app }} refused {{ $value | printf "%.0f" }} traders: they do not run',
      description:
        'The row in the database is no trader that can run: its filter does not compile, or a setting is wrong. The alert ends after 30 minutes, the fault does not.',
      dashboard: 'traders',
    },
    {
      name: 'NoTradersLoaded',
      expr: `${perApp('registry_size')} == 0`,
      for: '5m',
      severity: 'critical',
      summary: '{{ $labels.app }} runs without a single trader',
      description:
        'Nothing is screened. Either no trader is enabled in the database, or none could be read or loaded.',
      dashboard: 'traders',
    },
  ],
};
