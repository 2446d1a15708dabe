/** The tables of monitoring/README.md that are made from the sources. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seedQueryTable } from './checks/seed-queries';
import { DASHBOARDS, dashboardPath } from './dashboards/dashboards';

const README = 'monitoring/README.md';

function dashboardTable(): string {
  const rows = DASHBOARDS.map(({ uid, title, description, rows: own }) => {
    const file = dashboardPath(uid).replace('monitoring/', '');
    return `| [${title}](${file}) | ${own.flatMap(({ panels }) => panels).length} | ${description} |`;
  });
  return ['| dashboard | panels | what it answers |', '|---|---|---|', ...rows].join('\n');
}

/** @throws Error when the text has no such section */
function filled(text: string, section: string, content: string): string {
  const [start, end] = [`<!-- ${section} -->\n`, `<!-- /${section} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${README} has no section ${section}`);
  return `${text.slice(0, from)}${start}${content}\n${text.slice(to)}`;
}

/** The page with its tables as they would be written now. @param root the project's folder */
export function generatedFiles(root: string): Map<string, string> {
  const text = readFileSync(join(root, README), 'utf8');
  const withDashboards = filled(text, 'dashboards', dashboardTable());
  return new Map([[README, filled(withDashboards, 'seed-queries', seedQueryTable())]]);
}
