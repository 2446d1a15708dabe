/** What the panels about runs and their errors ask. */
import * as q from '../queries';
import { WINDOWS } from '../thresholds';

const BY_TYPE = 'app, trader_id, error_type';
const TYPE_LEGEND = '{{trader_name}} · {{error_type}} · {{app}}';

const failures = (window: string) => q.counted(q.TRADER, q.ofTrader('trader_execution_errors_total'), window);
const runs = (window: string) => q.counted(q.TRADER, q.ofTrader('trader_executions_total'), window);
export const errorShare = (window: string) => `${failures(window)} / (${runs(window)} > 0)`;
export const p95 = (window: string) =>
  q.quantile(0.95, q.TRADER, q.ofTrader('trader_execution_duration_seconds_bucket'), window);

/** Those that happened, by type; with the app's total, so that a healthy panel shows zero and not "No data". */
export function byType(metric: string) {
  const selector = q.ofTrader(metric);
  const happened = `(${q.counted(BY_TYPE, selector, WINDOWS.recent)} > 0)`;
  return [
    { expr: q.namedOrId(happened, BY_TYPE), legend: TYPE_LEGEND },
    { expr: q.counted('app', selector, WINDOWS.recent), legend: 'all · {{app}}' },
  ];
}

/** Loads are counted before the first scrape, so a machine's first minutes show its whole count. */
export function failedLoads(): string {
  return q.counted('app', q.ofApp('traders_loaded_from_db_total', 'status="failed"'), WINDOWS.loads);
}
