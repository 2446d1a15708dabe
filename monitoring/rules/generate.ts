/** What the alert table generates, by path from the project's root. */

import { runbookContents } from '../runbooks/contents';
import { alertRules, recordingRules } from './prometheus-rules';

export function generatedFiles(): Map<string, string> {
  return new Map([
    ['monitoring/rules/alerts.yml', alertRules()],
    ['monitoring/rules/recordings.yml', recordingRules()],
    ['monitoring/runbooks/README.md', runbookContents()],
  ]);
}
