import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { drifted } from '../../monitoring/checks/drift';
import { brokenLinks } from '../../monitoring/checks/links';
import { locatedQueries } from '../../monitoring/checks/located-query';
import { queryViolations } from '../../monitoring/checks/query-check';
import { generatedFiles } from '../../monitoring/generated';
import { ROOT } from '../support/source-files';

describe('monitoring as committed', () => {
  it('is what its sources generate now', () => {
    expect(drifted(generatedFiles(ROOT), ROOT)).toEqual([]);
  });

  it('asks nothing in dashboards, rules and runbooks that would not read right', () => {
    const queries = locatedQueries(ROOT);
    expect(new Set(queries.map(({ place }) => place))).toEqual(
      new Set(['panel', 'alert', 'record', 'runbook']),
    );
    expect(queryViolations(queries)).toEqual([]);
  });

  it('links to files and dashboards that exist', () => {
    expect(brokenLinks(ROOT)).toEqual([]);
  });
});

describe('the check', () => {
  it('names a file that differs and one that is missing', () => {
    const root = mkdtempSync(join(tmpdir(), 'monitoring-drift-'));
    mkdirSync(join(root, 'made'));
    writeFileSync(join(root, 'made/one.json'), 'edited by hand');
    const files = new Map([
      ['made/one.json', 'generated'],
      ['made/two.json', 'generated'],
    ]);
    expect(drifted(files, root)).toEqual([
      'made/one.json is not what its sources generate: run npm run monitoring',
      'made/two.json is not there: run npm run monitoring',
    ]);
    rmSync(root, { recursive: true });
  });

  it('says where a query stands, and refuses an exception that nothing needs', () => {
    const stale = { rule: 'double' as const, where: 'NoTradersLoaded', reason: 'none' };
    const queries = [
      { place: 'alert' as const, where: 'NoTradersLoaded', expression: 'max by (app) (registry_sise) == 0' },
    ];
    expect(queryViolations(queries, [stale])).toEqual([
      'alert NoTradersLoaded: no catalogue has the metric registry_sise, in: max by (app) (registry_sise) == 0',
      'exception: NoTradersLoaded does not break the rule double',
    ]);
  });

  it('generates the same text twice', () => {
    expect([...generatedFiles(ROOT)]).toEqual([...generatedFiles(ROOT)]);
  });
});
