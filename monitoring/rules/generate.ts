/** What the alert table generates, by path from the project's root. */

import { grafanaRules } from '../alerting/grafana-rules';
import { runbookContents } from '../runbooks/contents';
import { alertRules, recordingRules } from './prometheus-rules';

export function generatedFiles(): Map<string, string> {
  return new Map([
    ['monitoring/rules/alerts.yml', alertRules()],
    ['monitoring/rules/recordings.yml', recordingRules()],
    ['monitoring/alerting/grafana/trader-alerts.yml', grafanaRules()],
    ['monitoring/runbooks/README.md', runbookContents()],
  ]);
}
