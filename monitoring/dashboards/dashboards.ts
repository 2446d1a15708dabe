/** All dashboards, and the files that they make. */
import { jsonText } from '../json-text';
import { grafanaDashboard } from './builder/grafana-dashboard';
import { FILTER_EXECUTION } from './definitions/filter-execution';
import { FLEET } from './definitions/fleet';
import { MARKET_DATA } from './definitions/market-data';
import { RUNTIME_TELEMETRY } from './definitions/runtime-telemetry';
import { SIGNAL_PIPELINE } from './definitions/signal-pipeline';
import { TRADER_ACTIVITY } from './definitions/trader-activity';
import type { DashboardSpec } from './panel';

export const DASHBOARDS: readonly DashboardSpec[] = [
  FILTER_EXECUTION,
  TRADER_ACTIVITY,
  MARKET_DATA,
  SIGNAL_PIPELINE,
  FLEET,
  RUNTIME_TELEMETRY,
];

export function dashboardPath(uid: string): string {
  return `monitoring/dashboards/json/${uid.replace(/^trader-/, '')}.json`;
}

/** Text by path from the project's root. */
export function generatedFiles(): Map<string, string> {
  return new Map(DASHBOARDS.map((spec) => [dashboardPath(spec.uid), jsonText(grafanaDashboard(spec))]));
}
