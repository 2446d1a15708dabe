/** The process under the trader, and the telemetry watching itself. By machine: these are facts of one process. */
import { type DashboardSpec, redFrom } from '../panel';
import * as q from '../queries';
import { LIMITS, WINDOWS } from '../thresholds';
import { SPAN_ROW } from './span-row';
import { TELEMETRY_ROWS } from './telemetry-itself';

const MACHINE = 'app, instance';
const LEGEND = '{{app}} · {{instance}}';
const TASKS = 'screener_task_duration_ms';

const now = (metric: string) => `max by (${MACHINE}) (${q.ofMachine(metric)})`;
const taskP95 = `${q.quantile(0.95, 'app, worker_id', q.ofMachine(`${TASKS}_bucket`), WINDOWS.recent)}
and on (app, worker_id) ${q.counted('app, worker_id', q.ofMachine(`${TASKS}_count`), WINDOWS.recent)} > 0`;

export const RUNTIME_TELEMETRY: DashboardSpec = {
  uid: 'trader-runtime-telemetry',
  title: 'Runtime & Telemetry',
  description: 'Event loop, memory, workers; and whether what the other dashboards show can be trusted.',
  tags: ['trader', 'runtime'],
  variables: ['app', 'region', 'instance'],
  rows: [
    {
      height: 8,
      panels: [
        {
          kind: 'timeseries',
          title: 'Event Loop Delay (p99)',
          description:
            'How late timers fire; its timer alone shows 0.01 s. When red, sockets are read late and cycles start late: a large parse or a blocking call in the main thread. Filters run in workers and do not show here.',
          unit: 's',
          width: 8,
          min: 0,
          queries: [{ expr: now('nodejs_eventloop_delay_p99'), legend: LEGEND }],
          runbooks: ['EventLoopBlocked'],
          steps: redFrom(LIMITS.eventLoopDelaySeconds),
        },
        {
          kind: 'timeseries',
          title: 'Event Loop Utilization',
          description:
            'Share of time that the main thread works. When red, it cannot follow the market: fewer symbols or intervals, or a faster core.',
          unit: 'percentunit',
          width: 8,
          min: 0,
          max: 1,
          queries: [{ expr: now('nodejs_eventloop_utilization'), legend: LEGEND }],
          runbooks: ['EventLoopBlocked'],
          steps: redFrom(LIMITS.eventLoopShare),
        },
        {
          kind: 'timeseries',
          title: 'Garbage Collection',
          description:
            'Share of time spent collecting garbage, by kind. major above a few per cent with a rising heap is a leak, or a heap that is too small.',
          unit: 'percentunit',
          width: 8,
          min: 0,
          queries: [
            {
              expr: q.rate('app, instance, v8js_gc_type', q.ofMachine('v8js_gc_duration_sum')),
              legend: `{{v8js_gc_type}} · ${LEGEND}`,
            },
          ],
          runbooks: ['HeapNearLimit'],
        },
      ],
    },
    {
      height: 8,
      panels: [
        {
          kind: 'timeseries',
          title: 'Heap Used, Share of its Limit',
          description:
            'JavaScript heap of the main thread, of what it may grow to. A sawtooth is health; a floor that rises for hours is a leak. When red, the process will soon end for want of memory: restart it at a quiet moment and keep a heap snapshot.',
          unit: 'percentunit',
          width: 8,
          min: 0,
          queries: [
            {
              expr: `sum by (${MACHINE}) (${q.ofMachine('v8js_memory_heap_used')})\n/ (max by (${MACHINE}) (${q.ofMachine('v8js_memory_heap_limit')}) > 0)`,
              legend: LEGEND,
            },
          ],
          runbooks: ['HeapNearLimit'],
          steps: redFrom(LIMITS.heapShare),
        },
        {
          kind: 'timeseries',
          title: 'Worker Task Duration (p95)',
          description:
            'Time of a task in each worker’s slot, last ten minutes. One slot far above the others: a slow filter happened to run there. Tasks end at FILTER_TIMEOUT_MS.',
          unit: 'ms',
          width: 8,
          min: 0,
          queries: [{ expr: taskP95, legend: 'slot {{worker_id}} · {{app}}' }],
          runbooks: ['SlowFilterExecution', 'WorkerPoolSaturated'],
        },
        {
          kind: 'timeseries',
          title: 'Workers',
          description:
            'Live workers by what they do, tasks that wait, and workers replaced within a quarter of an hour. Waiting tasks that stay: the pool is too small. Replacements: a filter runs into its deadline or its memory.',
          unit: 'short',
          width: 8,
          min: 0,
          decimals: 0,
          queries: [
            { expr: `sum by (app) (${q.ofMachine('screener_workers_active')})`, legend: 'active · {{app}}' },
            { expr: `sum by (app) (${q.ofMachine('screener_workers_idle')})`, legend: 'idle · {{app}}' },
            {
              expr: `sum by (app) (${q.ofMachine('screener_queue_depth')})`,
              legend: 'waiting tasks · {{app}}',
            },
            {
              expr: q.counted('app, reason', q.ofMachine('screener_worker_restarts_total'), WINDOWS.loads),
              legend: 'replaced: {{reason}} · {{app}}',
            },
          ],
          runbooks: ['WorkersRestarting', 'WorkerPoolEmpty'],
        },
      ],
    },
    ...TELEMETRY_ROWS,
    SPAN_ROW,
  ],
};
