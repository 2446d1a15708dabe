/** What an alert says, and when. Prometheus, vmalert and Grafana get the same from here. */

export type Severity = 'critical' | 'warning';

/** Dashboards by what they are about; `links.ts` knows their addresses. */
export type DashboardTopic = 'filters' | 'traders' | 'market' | 'signals' | 'fleet' | 'runtime';

export interface AlertRule {
  /** Also the name of its runbook's file. */
  readonly name: string;
  /** PromQL that returns a series for each thing that is wrong. */
  readonly expr: string;
  /** How long it must hold, as a Prometheus duration. */
  readonly for: string;
  /** `critical`: traders do not trade, or signals are being lost. `warning`: it will become so, or someone is misled. */
  readonly severity: Severity;
  /** One line with the value, for a phone's lock screen. Template language of Prometheus: `$labels`, `$value`. */
  readonly summary: string;
  /** What it means and what it costs. */
  readonly description: string;
  readonly dashboard: DashboardTopic;
}

export interface AlertGroup {
  readonly name: string;
  /** How often it is evaluated, as a Prometheus duration; every half minute where nothing is said. */
  readonly every?: string;
  readonly alerts: readonly AlertRule[];
}

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}
