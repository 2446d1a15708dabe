/** docs/traces.md says what the code does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SPANS } from '../../src/telemetry/span-catalogue';
import type { SpanDefinition } from '../../src/telemetry/span-definition';
import { ROOT } from '../support/source-files';

const page = readFileSync(join(ROOT, 'docs/traces.md'), 'utf8');
const definitions: [string, SpanDefinition][] = Object.entries(SPANS);

function section(name: string): string[] {
  const [, text] = new RegExp(`<!-- ${name} -->([^]*?)<!-- /${name} -->`).exec(page) ?? [];
  return text?.trim().split('\n') ?? [];
}

const spanRow = ([name, { parent, links, help, errorTypes }]: [string, SpanDefinition]) => {
  const meaning = links === undefined ? help : `${help}. Links: ${links}`;
  return `| \`${name}\` | ${parent ? `\`${parent}\`` : ''} | ${meaning} | ${errorTypes.join(', ')} |`;
};

const attributeRows = ([name, { attributes }]: [string, SpanDefinition]) =>
  Object.entries(attributes).map(([key, meaning]) => `| \`${name}\` | \`${key}\` | ${meaning} |`);

describe('docs/traces.md', () => {
  it('lists every span of the code, and no other', () => {
    const header = ['| span | part of | meaning | `error.type` |', '|---|---|---|---|'];
    expect(section('spans')).toEqual([...header, ...definitions.map(spanRow)]);
  });

  it('lists every attribute of the code, and no other', () => {
    const header = ['| span | attribute | meaning |', '|---|---|---|'];
    expect(section('attributes')).toEqual([...header, ...definitions.flatMap(attributeRows)]);
  });

  it('draws what the system test sees', () => {
    const seen = readFileSync(join(ROOT, 'test/system/traces.test.ts'), 'utf8').replaceAll(
      '$' + '{SYMBOLS}',
      '6',
    );
    for (const name of ['tree', 'start']) expect(seen).toContain(section(name).slice(1, -1).join('\n'));
  });

  it('names only files that exist', () => {
    const links = [...page.matchAll(/\]\((?!http|#)([^)]+)\)/g)].map(([, path]) => path ?? '');
    expect(links.length).toBeGreaterThan(0);
    for (const path of links) expect(() => readFileSync(join(ROOT, 'docs', path))).not.toThrow();
  });
});
