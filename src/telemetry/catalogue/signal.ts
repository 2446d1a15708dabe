import { LATENCY_SECONDS } from '../buckets';
import { DROP_REASONS, PERSIST_ERROR_TYPES, SIGNAL_STAGES } from '../label-values';
import { type MetricDefinition, OPEN } from '../metric';

const TRADER = { trader_id: OPEN } as const;

export const SIGNAL_METRICS = {
  generated: {
    name: 'signals_generated_total',
    type: 'counter',
    unit: '{signal}',
    labels: { trader_id: OPEN, symbol: OPEN },
    when: 'occurrence',
    help: 'Signals created',
  },
  persisted: {
    name: 'signals_persisted_total',
    type: 'counter',
    unit: '{signal}',
    labels: TRADER,
    when: 'series',
    help: 'Signals acknowledged by the database, each counted once',
  },
  persistErrors: {
    name: 'signal_persist_errors_total',
    type: 'counter',
    unit: '{error}',
    when: 'series',
    labels: { trader_id: OPEN, error_type: PERSIST_ERROR_TYPES },
    help: 'Failed attempts to store a signal',
  },
  dropped: {
    name: 'signals_dropped_total',
    type: 'counter',
    unit: '{signal}',
    labels: { reason: DROP_REASONS },
    when: 'always',
    help: 'Signals given up: generated = persisted + queued + dropped at every scrape',
  },
  latency: {
    name: 'signal_latency_seconds',
    type: 'histogram',
    unit: 's',
    labels: { stage: SIGNAL_STAGES },
    when: 'always',
    buckets: LATENCY_SECONDS,
    help: "From the candle's close on the exchange to the stage",
  },
  pendingAnalysis: {
    name: 'signals_pending_analysis',
    type: 'gauge',
    unit: '{signal}',
    labels: {},
    when: 'always',
    help: 'Signals waiting for or in analysis',
  },
  analyzed: {
    name: 'signals_analyzed_total',
    type: 'counter',
    unit: '{signal}',
    labels: {},
    when: 'always',
    help: 'Analyses completed and stored',
  },
  failed: {
    name: 'signals_failed_total',
    type: 'counter',
    unit: '{signal}',
    labels: {},
    when: 'always',
    help: 'Analyses given up',
  },
} as const satisfies Record<string, MetricDefinition>;
