/** Key queries, alerts and troubleshooting queries of the first document. */
import type { SeedQuery } from './seed-query';

const FILTERS = 'Filter Execution Monitoring';
const ACTIVITY = 'Trader Activity';
const ERRORS = 'trader_execution_errors_total';
const RUNS = 'trader_executions_total';
const TRADER = 'trader_id="eafa855b-7601-4485-8993-c8f31a091f75"';
const P95 = 'histogram_quantile(0.95, rate(trader_execution_duration_seconds_bucket[5m]))';
const OTHER_LABELS = 'the sides carry different labels and never meet';
const SINCE_START = 'a total since the start, of one machine and one trader that is no more';

export const SEED_FILTER_QUERIES: readonly SeedQuery[] = [
  {
    query: `(rate(${ERRORS}[5m]) / rate(${RUNS}[5m])) * 100 > 10`,
    from: 'key query Filters with High Error Rates',
    answer: 'nothing',
    why: OTHER_LABELS,
    instead: 'alert HighFilterErrorRate',
  },
  {
    query: `${P95} > 5`,
    from: 'key query Slow Filter Executions',
    answer: 'nothing',
    why: 'one quantile per machine; no filter took that long here',
    instead: 'alert SlowFilterExecution',
  },
  {
    query: 'rate(signals_generated_total[5m]) - rate(signals_persisted_total[5m])',
    from: 'key query Signal Persistence Issues',
    answer: 'nothing',
    why: OTHER_LABELS,
    instead: 'Signal Pipeline: why zero signals? / Signals Unaccounted For',
  },
  {
    query: `sum by (error_type) (rate(${ERRORS}[5m]))`,
    from: 'key query Filter Code Compilation/Runtime Errors',
    answer: 'data',
    why: 'right, over all apps at once',
    instead: `${FILTERS} / Trader Errors by Type`,
  },
  {
    query: 'rate(signal_persist_errors_total{error_type="timeout"}[5m])',
    from: 'key query Database Timeout Detection',
    answer: 'split',
    why: 'one line per machine',
    instead: `${FILTERS} / Signal Persistence Errors`,
  },
  {
    query: '(pool_usage / pool_size) * 100 > 90',
    from: 'key query Worker Pool Saturation',
    answer: 'chance',
    why: 'a single scrape decides, and an empty pool is +Inf',
    instead: 'alert WorkerPoolSaturated',
  },
  {
    query: `(rate(${ERRORS}[5m]) / rate(${RUNS}[5m])) * 100 > 20`,
    from: 'alert HighFilterErrorRate',
    answer: 'nothing',
    why: OTHER_LABELS,
    instead: 'alert HighFilterErrorRate',
  },
  {
    query: 'rate(signal_persist_errors_total[5m]) > 5',
    from: 'alert SignalPersistenceFailures',
    answer: 'nothing',
    why: 'five per second is 300 a minute',
    instead: 'alert SignalPersistenceFailures',
  },
  {
    query: `${P95} > 10`,
    from: 'alert SlowFilterExecution',
    answer: 'nothing',
    why: 'FILTER_TIMEOUT_MS stops a filter at five seconds',
    instead: 'alert SlowFilterExecution',
  },
  {
    query: '(pool_usage / pool_size) * 100 > 95',
    from: 'alert WorkerPoolSaturated',
    answer: 'chance',
    why: 'a single scrape decides',
    instead: 'alert WorkerPoolSaturated',
  },
  {
    query: 'rate(traders_loaded_from_db_total{status="failed"}[5m]) > 0.1',
    from: 'alert TraderLoadFailures',
    answer: 'nothing',
    why: '0.1 per second would be thirty traders in five minutes',
    instead: 'alert TraderLoadFailures',
  },
  {
    query: `${RUNS}{${TRADER}}`,
    from: 'troubleshooting: is the filter executing at all?',
    answer: 'nothing',
    why: SINCE_START,
    instead: `${ACTIVITY} / Last Run`,
  },
  {
    query: `${ERRORS}{${TRADER}}`,
    from: 'troubleshooting: recent errors',
    answer: 'nothing',
    why: SINCE_START,
    instead: `${FILTERS} / Trader Errors by Type`,
  },
  {
    query: `signals_generated_total{${TRADER}}`,
    from: 'troubleshooting: signal generation',
    answer: 'nothing',
    why: SINCE_START,
    instead: `${ACTIVITY} / New Signals per Trader (Last Hour)`,
  },
  {
    query: 'signal_persist_errors_total',
    from: 'troubleshooting: database issues',
    answer: 'split',
    why: 'totals since the start',
    instead: `${FILTERS} / Signal Persistence Errors`,
  },
];
