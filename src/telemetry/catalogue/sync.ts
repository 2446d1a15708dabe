import { DURATION_MS } from '../buckets';
import { QUEUE_TYPES } from '../label-values';
import type { MetricDefinition } from '../metric';

export const SYNC_METRICS = {
  queueDepth: {
    name: 'sync_queue_depth',
    type: 'gauge',
    unit: '{item}',
    labels: { queue_type: QUEUE_TYPES },
    when: 'always',
    help: 'Items not yet acknowledged by the database, the batch in flight included',
  },
  batchWrites: {
    name: 'sync_batch_writes_total',
    type: 'counter',
    unit: '{batch}',
    labels: {},
    when: 'always',
    help: 'Batches written',
  },
  writeErrors: {
    name: 'sync_write_errors_total',
    type: 'counter',
    unit: '{batch}',
    labels: {},
    when: 'always',
    help: 'Batches whose write failed',
  },
  writeDuration: {
    name: 'sync_write_duration_ms',
    type: 'histogram',
    unit: 'ms',
    labels: {},
    when: 'always',
    buckets: DURATION_MS,
    help: 'Duration of one batch write, failures included',
  },
} as const satisfies Record<string, MetricDefinition>;
