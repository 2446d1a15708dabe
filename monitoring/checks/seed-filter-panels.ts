/** The nine panels of the first document. */
import type { SeedQuery } from './seed-query';

const FILTERS = 'Filter Execution Monitoring';
const ERRORS = 'trader_execution_errors_total';
const RUNS = 'trader_executions_total';
const P95 = 'histogram_quantile(0.95, rate(trader_execution_duration_seconds_bucket[5m]))';
const PER_SECOND = 'failures per second, where a share of the runs is meant';
const OTHER_LABELS = 'the sides carry different labels and never meet';

export const SEED_FILTER_PANELS: readonly SeedQuery[] = [
  {
    query: `rate(${ERRORS}[5m])`,
    from: 'panel Filter Execution Error Rate',
    answer: 'split',
    why: PER_SECOND,
    instead: `${FILTERS} / Filter Execution Error Rate`,
  },
  {
    query: P95,
    from: 'panel Filter Execution Duration (p95)',
    answer: 'split',
    why: 'one quantile per machine, NaN where a trader did not run',
    instead: `${FILTERS} / Filter Execution Duration (p95)`,
  },
  {
    query: 'rate(signals_generated_total[5m])',
    from: 'panel Signal Generation vs Persistence',
    answer: 'split',
    why: 'a line per trader and symbol, without the signal that made the series',
    instead: `${FILTERS} / Signal Generation vs Persistence`,
  },
  {
    query: 'rate(signals_persisted_total[5m])',
    from: 'panel Signal Generation vs Persistence',
    answer: 'split',
    why: 'one line per machine',
    instead: `${FILTERS} / Signal Generation vs Persistence`,
  },
  {
    query: 'rate(signal_persist_errors_total[5m])',
    from: 'panel Signal Persistence Errors',
    answer: 'split',
    why: 'one line per machine',
    instead: `${FILTERS} / Signal Persistence Errors`,
  },
  {
    query: 'rate(trader_errors_total[5m])',
    from: 'panel Trader Errors by Type',
    answer: 'split',
    why: 'one line per machine, most of them at zero',
    instead: `${FILTERS} / Trader Errors by Type`,
  },
  {
    query: 'pool_usage / pool_size * 100',
    from: 'panel Worker Pool Utilization',
    answer: 'split',
    why: 'the moment of the scrape, which work of milliseconds escapes',
    instead: `${FILTERS} / Worker Pool Utilization`,
  },
  {
    query: 'registry_size',
    from: 'panel Active Traders',
    answer: 'split',
    why: 'one number per machine',
    instead: `${FILTERS} / Active Traders`,
  },
  {
    query: 'rate(traders_loaded_from_db_total{status="failed"}[5m])',
    from: 'panel and key query Trader Load Failures',
    answer: 'split',
    why: 'traders are loaded before the first scrape: those failures are never seen',
    instead: `${FILTERS} / Trader Load Failures`,
  },
  {
    query: `(rate(${RUNS}[5m]) - rate(${ERRORS}[5m])) / rate(${RUNS}[5m]) * 100`,
    from: 'panel Execution Success Rate',
    answer: 'nothing',
    why: OTHER_LABELS,
    instead: `${FILTERS} / Execution Success Rate`,
  },
];
