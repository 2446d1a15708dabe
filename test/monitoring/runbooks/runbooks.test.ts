/** Whoever is woken up finds a page behind the link, and its queries work. */
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { checkExpression, violationLine } from '../../../monitoring/promql/check-expression';
import { ALERTS } from '../../../monitoring/rules/alerts';
import { runbookUrl } from '../../../monitoring/rules/links';
import {
  brokenLinks,
  queriesIn,
  RUNBOOK_FOLDER,
  runbookNames,
  runbookText,
} from '../../fixtures/rules/runbook';

const HEADINGS = ['First three things to look at', 'Usual causes', 'What to do', 'When it is no problem'];

const names = runbookNames();

it('every alert has a runbook, and every runbook an alert', () => {
  expect([...names].sort()).toEqual(ALERTS.map(({ name }) => name).sort());
});

it('the alert’s link ends with the runbook’s file', () => {
  for (const { name } of ALERTS)
    expect(runbookUrl(name)).toMatch(new RegExp(`/monitoring/runbooks/${name}\\.md$`));
});

it.each(names)('%s has its parts, three queries that read right, and no broken link', (name) => {
  const text = runbookText(name);
  expect(text.startsWith(`# ${name}\n\n`)).toBe(true);
  expect([...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(HEADINGS);
  const queries = queriesIn(text);
  expect(queries).toHaveLength(3);
  const wrong = queries.flatMap((query) =>
    checkExpression(query, { place: 'runbook' }).map((one) => violationLine(one, query)),
  );
  expect(wrong).toEqual([]);
  expect(brokenLinks(join(RUNBOOK_FOLDER, `${name}.md`))).toEqual([]);
});
