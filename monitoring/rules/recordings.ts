/**
 * Series worth keeping, for questions over weeks. No alert reads them: vmalert in front of Fly's Prometheus has nowhere to
 * write, and Grafana's own alerts record nothing.
 */
import type { RecordingRule } from './alert';
import { growth, perApp } from './expressions';

const TRADER = 'app, trader_id';
const RUNS = growth(TRADER, 'trader_executions_total', '30m');
const BUCKETS = growth(`${TRADER}, le`, 'trader_execution_duration_seconds_bucket', '30m');

export const RECORDINGS: readonly RecordingRule[] = [
  { record: 'trader:executions:increase30m', expr: RUNS },
  {
    record: 'trader:execution_errors:increase30m',
    expr: `${growth(TRADER, 'trader_execution_errors_total', '30m')} or 0 * ${RUNS}`,
  },
  { record: 'trader:execution_duration_seconds:p95_30m', expr: `histogram_quantile(0.95, ${BUCKETS})` },
  { record: 'trader:signals:increase1h', expr: growth(TRADER, 'trader_signals_total', '1h') },
  { record: 'trader:matches:increase1h', expr: growth(TRADER, 'trader_matches_total', '1h') },
  { record: 'app:screenings:increase1h', expr: growth('app', 'trader_screenings_total', '1h') },
  { record: 'app:signals:increase1h', expr: growth('app', 'trader_signals_total', '1h') },
  {
    record: 'app:worker_utilisation:ratio5m',
    expr: 'sum by (app) (rate(screener_busy_seconds_total[5m])) / (sum by (app) (pool_size) > 0)',
  },
  {
    record: 'app:market_symbols_delivering:ratio',
    expr: `${perApp('market_symbols{state="delivering"}')} / (${perApp('market_symbols{state="wanted"}')} > 0)`,
  },
];
