import type { AlertGroup } from '../alert';
import { perApp } from '../expressions';
import { THRESHOLDS, TRADER_APPS } from '../thresholds';

/** Fly says of every machine whether it runs; elsewhere the scraper's `up` does. */
const SOMETHING_RUNS = [
  `${perApp('fly_instance_up')} == 1`,
  `${perApp('up')} == 1`,
  'max by (app) (registry_size)',
].join(' or ');
const WAS_A_TRADER = [
  perApp(`max_over_time(fly_instance_up{app=~"${TRADER_APPS}"}[6h])`),
  perApp('max_over_time(registry_size[6h]) * 0 + 1'),
].join('\nor ');

/** Restarts in place change the start time; a machine that was replaced is one more instance. */
const STARTS = 'sum by (app) (changes(process_start_time_seconds[1h]))';
const INSTANCES = 'count by (app) (max_over_time(process_start_time_seconds[1h]))';

const HEAP_SHARE = perApp(
  'sum by (app, instance) (v8js_memory_heap_used) / (max by (app, instance) (v8js_memory_heap_limit) > 0)',
);

export const MACHINE_ALERTS: AlertGroup = {
  name: 'trader-machine',
  alerts: [
    {
      name: 'MachineGone',
      expr: `(\n  ${WAS_A_TRADER.replace('\n', '\n  ')}\n)\nunless on (app) (${SOMETHING_RUNS})`,
      for: '3m',
      severity: 'critical',
      summary: '{{ $labels.app }} is gone: nothing of it runs any more',
      description:
        'It ran within the last six hours. A machine that was destroyed on purpose ends the alert after that time.',
      dashboard: 'fleet',
    },
    {
      name: 'MachineRestarting',
      expr: `${STARTS} + ${INSTANCES} - 1 > ${THRESHOLDS.restarts}`,
      for: '0s',
      severity: 'warning',
      summary: '{{ $labels.app }} started {{ $value | printf "%.0f" }} times within an hour',
      description:
        'Something ends the process: out of memory, an uncaught error, a failing check. Each start costs the queue and up to a minute of market.',
      dashboard: 'fleet',
    },
    {
      name: 'ImageSkew',
      expr: 'count(count by (version, git_sha) (build_info)) > 1',
      for: '2h',
      severity: 'warning',
      summary: '{{ $value | printf "%.0f" }} different builds run at the same time',
      description:
        'After a deployment one build should be left. A machine on an old image shows bugs that are long repaired.',
      dashboard: 'fleet',
    },
    {
      name: 'EventLoopBlocked',
      expr: `${perApp('min_over_time(nodejs_eventloop_delay_p99[2m])')} > ${THRESHOLDS.eventLoopDelaySeconds}`,
      for: '3m',
      severity: 'warning',
      summary:
        'The main thread of {{ $labels.app }} is blocked for {{ $value | humanizeDuration }} at a time (p99)',
      description:
        'Frames wait in their sockets, cycles begin late, pings go unanswered. Filters run in workers and are not to blame.',
      dashboard: 'runtime',
    },
    {
      name: 'HeapNearLimit',
      expr: `${HEAP_SHARE} > ${THRESHOLDS.heapShare}`,
      for: '5m',
      severity: 'warning',
      summary: '{{ $labels.app }} uses {{ $value | humanizePercentage }} of its heap',
      description:
        'At the limit the process ends at once, without a flush. Before that it collects garbage more than it works.',
      dashboard: 'runtime',
    },
  ],
};
