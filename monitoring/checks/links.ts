import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DASHBOARDS } from '../dashboards/dashboards';
import { ALERTS } from '../rules/alerts';
import { dashboardPath } from '../rules/links';
import { SEED_QUERIES } from './seed-queries';

/** Links of panels and alerts behind which there is nothing. @param root the project's folder */
export function brokenLinks(root: string): string[] {
  const exists = (alert: string) => existsSync(join(root, `monitoring/runbooks/${alert}.md`));
  const panels = DASHBOARDS.flatMap(({ title, rows }) =>
    rows.flatMap((row) =>
      row.panels.flatMap((panel) =>
        panel.runbooks
          .filter((alert) => !exists(alert))
          .map((alert) => `dashboard ${title} / ${panel.title}: there is no runbook ${alert}.md`),
      ),
    ),
  );
  const uids = new Set(DASHBOARDS.map(({ uid }) => `/d/${uid}`));
  return [
    ...panels,
    ...lostReplacements(),
    ...ALERTS.filter(({ name }) => !exists(name)).map(
      ({ name }) => `alert ${name}: there is no runbook ${name}.md`,
    ),
    ...ALERTS.filter(({ dashboard }) => !uids.has(dashboardPath(dashboard))).map(
      ({ name, dashboard }) => `alert ${name}: there is no dashboard ${dashboardPath(dashboard)}`,
    ),
  ];
}

/** What is said to replace a first query must be there. */
function lostReplacements(): string[] {
  const there = new Set([
    ...DASHBOARDS.flatMap(({ title, rows }) =>
      rows.flatMap((row) => row.panels.map((panel) => `${title} / ${panel.title}`)),
    ),
    ...ALERTS.map(({ name }) => `alert ${name}`),
  ]);
  return SEED_QUERIES.filter(({ instead }) => !there.has(instead)).map(
    ({ from, instead }) => `${from}: there is no ${instead}`,
  );
}
