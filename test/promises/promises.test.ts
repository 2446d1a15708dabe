import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from '../support/source-files';

const page = readFileSync(join(ROOT, 'docs/promises.md'), 'utf8');
const rows = page.split('\n').filter((line) => /^\| \*\*R\d+ /.test(line));
const tests = readdirSync(__dirname).filter((name) => /^R\d\d-[\w-]+\.test\.ts$/.test(name));

describe('the page of promises', () => {
  it('names a test that exists in every row', () => {
    const missing = rows.filter((row) => {
      const [, number = ''] = /^\| \*\*R(\d+) /.exec(row) ?? [];
      const command = `\`npx jest test/promises/R${number.padStart(2, '0')}\``;
      return !row.includes(command) || !tests.some((name) => name.startsWith(`R${number.padStart(2, '0')}-`));
    });
    expect(rows.length).toBeGreaterThan(4);
    expect(missing).toEqual([]);
  });

  it('has a row for every test of a promise', () => {
    expect(
      tests.filter((name) => !rows.some((row) => row.startsWith(`| **R${Number(name.slice(1, 3))} `))),
    ).toEqual([]);
  });

  it('is linked from the README', () => {
    expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain('](docs/promises.md)');
  });
});
