import { describe, expect, it } from '@jest/globals';
import { compileFilter } from '../../src/screening/filter-source';

const messageOf = (code: string) => {
  const compiled = compileFilter(code);
  return compiled.ok ? 'ok' : compiled.message;
};

describe('compileFilter', () => {
  it.each([
    'return true',
    '',
    '// only a comment',
    'return timeframes["1m"].close.length > 3 // no newline behind',
    '"use strict"; return false',
    'const f = async () => { await 0 }; return !!f',
    'return "import(x)" === "no" /* import("fs") */',
    'const importance = 1; return importance > 0',
    'return { import: true }.import',
    '<!-- an old comment\nreturn true',
  ])('takes %j', (code) => {
    expect(messageOf(code)).toBe('ok');
  });

  it.each([
    ['return (', '1:9: Unexpected token'],
    ['return true\n}', '2:1: Unexpected token'],
    ['return 1 }); process.exit(); (function () {', '1:10: Unexpected token'],
    ['}, function () {', '1:1: Unexpected token'],
    ['return true /* open', '1:13: Unterminated comment'],
    ['const ticker = 1', "1:7: Identifier 'ticker' has already been declared"],
    ['return import("node:fs")', '1:8: import() is not available in a filter'],
    ['return true;\n  const m = import /* */ ("node:fs")', '2:13: import() is not available in a filter'],
    ['const f = () => [async () => import(ticker.s)]', '1:30: import() is not available in a filter'],
    ['return `$' + '{import("fs")}`', '1:11: import() is not available in a filter'],
    ['class A { static { import("fs") } }', '1:20: import() is not available in a filter'],
  ])('refuses %j with its place', (code, message) => {
    expect(messageOf(code)).toBe(message);
  });

  it.each([
    'import fs from "fs"',
    'export default 1',
    'return import.meta',
    '#!/usr/bin/node',
    'await 0',
    'yield = 1; "use strict"; with',
  ])('refuses %j', (code) => {
    expect(messageOf(code)).toMatch(/^\d+:\d+: |^[A-Z]/);
  });

  it('quotes no code', () => {
    const secret = 'abcdefghijabcdefghijabcdefghijabcdefghijabcdefghij';
    expect(messageOf(`let ${secret}; let ${secret}`)).not.toContain(secret);
  });
});
