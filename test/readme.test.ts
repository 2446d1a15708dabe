import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SELF_METRICS } from '../instrumentation/metrics/catalogue';
import { VARIABLES } from '../src/config';
import { CATALOGUE } from '../src/telemetry/catalogue';
import { ROOT } from './support/source-files';

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const scripts = (
  JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
).scripts;

interface Documented {
  readonly name: string;
  readonly type: string;
  readonly labels: Readonly<Record<string, string | readonly string[]>>;
  readonly help: string;
}

/** One row of the metric table, as it must stand in the README. */
function row({ name, type, labels, help }: Documented): string {
  const label = ([key, values]: [string, string | readonly string[]]) =>
    typeof values === 'string' ? `\`${key}\`` : `\`${key}\`: ${values.join(', ')}`;
  return `| \`${name}\` | ${type} | ${Object.entries(labels).map(label).join('; ')} | ${help} |`;
}

function section(name: string): string {
  const [, text] = new RegExp(`<!-- ${name} -->([^]*?)<!-- /${name} -->`).exec(readme) ?? [];
  return text?.trim() ?? '';
}

describe('the README', () => {
  it('lists every metric of the code, and no other', () => {
    const table = [
      '| metric | type | labels | meaning |',
      '|---|---|---|---|',
      ...[...CATALOGUE, ...SELF_METRICS].map(row),
    ];
    expect(section('metrics').split('\n')).toEqual(table);
  });

  it('lists every variable that the trader reads, and no other', () => {
    const listed = [...section('variables').matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
    expect(listed.sort()).toEqual([...VARIABLES].sort());
  });

  it('names only commands that exist', () => {
    const named = [...readme.matchAll(/npm (?:run )?([\w:-]+)/g)].map(([, name]) => name ?? '');
    const builtIn = ['ci'];
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !(name in scripts) && !builtIn.includes(name))).toEqual([]);
  });

  it('links only to files that exist', () => {
    const links = [...readme.matchAll(/\]\((?!http|#)([^)]+)\)/g)].map(([, path]) => path ?? '');
    expect(links.length).toBeGreaterThan(3);
    for (const path of links) expect(() => readFileSync(join(ROOT, path))).not.toThrow();
  });
});
