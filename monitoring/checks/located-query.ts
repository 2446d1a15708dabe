/** Every PromQL string there is, and where it stands. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DASHBOARDS } from '../dashboards/dashboards';
import type { Place } from '../promql/violation';
import { ALERTS } from '../rules/alerts';
import { RECORDINGS } from '../rules/recordings';

export interface LocatedQuery {
  readonly place: Place;
  /** For a person, and for the list of exceptions. */
  readonly where: string;
  readonly expression: string;
}

function ofDashboards(): LocatedQuery[] {
  return DASHBOARDS.flatMap(({ title, rows }) =>
    rows
      .flatMap(({ panels }) => panels)
      .flatMap((panel) =>
        panel.queries.map(({ expr }) => ({
          place: 'panel' as const,
          where: `${title} / ${panel.title}`,
          expression: expr,
        })),
      ),
  );
}

function ofRules(): LocatedQuery[] {
  return [
    ...ALERTS.map(({ name, expr }) => ({ place: 'alert' as const, where: name, expression: expr })),
    ...RECORDINGS.map(({ record, expr }) => ({ place: 'record' as const, where: record, expression: expr })),
  ];
}

const BLOCK = /```promql\n([\s\S]*?)```/g;

/** A block holds one query, or several with empty lines between them; comments are for the reader. */
export function queriesOfRunbook(text: string): string[] {
  return [...text.matchAll(BLOCK)]
    .flatMap(([, block = '']) => block.split(/\n\s*\n/))
    .map((query) => query.replace(/^\s*#.*$/gm, '').trim())
    .filter((query) => query !== '');
}

/** @param root the project's folder */
function ofRunbooks(root: string): LocatedQuery[] {
  const folder = join(root, 'monitoring/runbooks');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) =>
      queriesOfRunbook(readFileSync(join(folder, file), 'utf8')).map((expression) => ({
        place: 'runbook' as const,
        where: file,
        expression,
      })),
    );
}

export function locatedQueries(root: string): LocatedQuery[] {
  return [...ofDashboards(), ...ofRules(), ...ofRunbooks(root)];
}
