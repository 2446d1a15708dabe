import type { DashboardTopic } from './alert';

/** Where runbooks can be read by somebody who was just woken up. */
const RUNBOOKS = 'https://github.com/trader-observability/trader-observability/blob/main/monitoring/runbooks';

/** Fixed uids: Grafana's path to a dashboard. */
const DASHBOARDS: Readonly<Record<DashboardTopic, string>> = {
  filters: 'trader-filter-execution',
  traders: 'trader-activity',
  market: 'trader-market-data',
  signals: 'trader-signal-pipeline',
  fleet: 'trader-fleet',
  runtime: 'trader-runtime-telemetry',
};

export function runbookUrl(alert: string): string {
  return `${RUNBOOKS}/${alert}.md`;
}

/** Relative to the Grafana that shows the alert: its host is nothing that a rule could know. */
export function dashboardPath(topic: DashboardTopic): string {
  return `/d/${DASHBOARDS[topic]}`;
}
