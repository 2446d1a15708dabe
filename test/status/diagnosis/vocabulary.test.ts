/** Causes, runbooks and the document are held against each other. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CAUSES, CONSEQUENCES } from '../../../status/diagnosis/causes';
import { RUNBOOK_OF, RUNBOOKS } from '../../../status/diagnosis/runbooks';
import { ROOT, sourceFiles } from '../../support/source-files';

const documented = [
  ...readFileSync(join(ROOT, 'docs/status.md'), 'utf8').matchAll(/^\| `(\w+)` \| .+ \| (\w+) \|$/gm),
];

describe('the causes', () => {
  it('are all documented, in their order, with their runbooks', () => {
    expect(documented.map(([, cause, runbook]) => [cause, runbook])).toEqual(
      CAUSES.map((cause) => [cause, RUNBOOK_OF[cause]]),
    );
  });

  it('are each named by a rule, and by nothing else than a rule', () => {
    const rules = sourceFiles('status/diagnosis').filter(({ path }) => !/causes|runbooks/.test(path));
    const text = rules.map((file) => file.text).join('\n');
    expect(CAUSES.filter((cause) => !text.includes(`'${cause}'`))).toEqual([]);
  });

  it('stand before what they explain, which therefore never explains them', () => {
    const order = (cause: (typeof CAUSES)[number]) => CAUSES.indexOf(cause);
    for (const cause of CAUSES)
      for (const consequence of CONSEQUENCES[cause] ?? [])
        expect(order(cause)).toBeLessThan(order(consequence));
  });

  it('have runbooks that exist', () => {
    const missing = RUNBOOKS.filter((name) => !existsSync(join(ROOT, 'monitoring/runbooks', `${name}.md`)));
    expect(missing).toEqual([]);
  });
});
