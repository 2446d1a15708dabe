import { LOAD_STATUSES, TRADER_ERROR_TYPES } from '../label-values';
import { type MetricDefinition, OPEN } from '../metric';

export const TRADER_METRICS = {
  errors: {
    name: 'trader_errors_total',
    type: 'counter',
    unit: '{error}',
    when: 'series',
    labels: { trader_id: OPEN, error_type: TRADER_ERROR_TYPES },
    help: 'Every error of a trader, whatever the stage: load, execution, persistence, analysis',
  },
  loaded: {
    name: 'traders_loaded_from_db_total',
    type: 'counter',
    unit: '{trader}',
    when: 'always',
    labels: { status: LOAD_STATUSES },
    help: 'Traders read from the database, at start and at each later change',
  },
  registrySize: {
    name: 'registry_size',
    type: 'gauge',
    unit: '{trader}',
    labels: {},
    when: 'always',
    help: 'Active traders in the registry',
  },
} as const satisfies Record<string, MetricDefinition>;
