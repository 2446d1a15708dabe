import { DURATION_MS } from '../buckets';
import { RESTART_REASONS } from '../label-values';
import { type MetricDefinition, OPEN } from '../metric';

export const WORKER_METRICS = {
  poolSize: {
    name: 'pool_size',
    type: 'gauge',
    unit: '{worker}',
    labels: {},
    when: 'always',
    help: 'Workers the filter pool may run',
  },
  poolUsage: {
    name: 'pool_usage',
    type: 'gauge',
    unit: '{worker}',
    labels: {},
    when: 'always',
    help: 'Workers busy now',
  },
  active: {
    name: 'screener_workers_active',
    type: 'gauge',
    unit: '{worker}',
    labels: {},
    when: 'always',
    help: 'Live workers running a task',
  },
  idle: {
    name: 'screener_workers_idle',
    type: 'gauge',
    unit: '{worker}',
    labels: {},
    when: 'always',
    help: 'Live workers waiting for a task',
  },
  queueDepth: {
    name: 'screener_queue_depth',
    type: 'gauge',
    unit: '{task}',
    labels: {},
    when: 'always',
    help: 'Tasks waiting for a worker',
  },
  taskDuration: {
    name: 'screener_task_duration_ms',
    type: 'histogram',
    unit: 'ms',
    labels: { worker_id: OPEN },
    when: 'series',
    buckets: DURATION_MS,
    help: "A task's time in its worker; worker_id is the pool's slot, kept across restarts",
  },
  busySeconds: {
    name: 'screener_busy_seconds_total',
    type: 'counter',
    unit: 's',
    labels: { worker_id: OPEN },
    when: 'series',
    help: 'Worker time spent in tasks; its rate is the true utilisation',
  },
  restarts: {
    name: 'screener_worker_restarts_total',
    type: 'counter',
    unit: '{restart}',
    labels: { reason: RESTART_REASONS },
    when: 'always',
    help: 'Workers replaced',
  },
} as const satisfies Record<string, MetricDefinition>;
