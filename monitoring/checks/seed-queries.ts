/**
 * The queries that this machine's first two monitoring documents name, as they were written there, with what a server
 * that scrapes the machine answers and what replaces them. The system test runs each of them.
 */

import { SEED_ACTIVITY_PANELS } from './seed-activity-panels';
import { SEED_FILTER_PANELS } from './seed-filter-panels';
import { SEED_FILTER_QUERIES } from './seed-filter-queries';
import type { SeedAnswer, SeedQuery } from './seed-query';

export const SEED_QUERIES: readonly SeedQuery[] = [
  ...SEED_FILTER_PANELS,
  ...SEED_FILTER_QUERIES,
  ...SEED_ACTIVITY_PANELS,
];

const ANSWERS: Readonly<Record<SeedAnswer, string>> = {
  nothing: 'nothing',
  split: 'a result per machine',
  chance: 'whatever the moment of the scrape found',
  data: 'what is meant',
};

const cell = (text: string) => text.replaceAll('|', '\\|');

/** The table of the documentation. */
export function seedQueryTable(): string {
  const rows = SEED_QUERIES.map(
    ({ query, from, answer, why, instead }) =>
      `| ${cell(from)} | \`${cell(query)}\` | ${ANSWERS[answer]}: ${cell(why)} | ${cell(instead)} |`,
  );
  return ['| where | as written | it returns | instead |', '|---|---|---|---|', ...rows].join('\n');
}
