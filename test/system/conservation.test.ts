/** What must add up, while filters fail, workers die and the database goes away and comes back. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Family } from '../support/exposition';
import { arithmeticProblems, cycleProblems } from '../support/page-contract';
import { runningMachine } from '../support/running-machine';
import { sample, total } from '../support/trader-machine';
import { insertTrader } from '../support/trader-rows';

const EVERY = (seconds: number) =>
  `timeframes["1s"].openTime[timeframes["1s"].length - 1] / 1000 % ${seconds} === 0`;
const LOAD = [
  ['Flickers', 'return Math.random() < 0.4'],
  [
    'Throws here and there',
    'if (Math.random() < 0.1) throw new Error("now and then"); return Math.random() < 0.4',
  ],
  ['Throws everywhere', `if (${EVERY(3)}) throw new Error("every third second"); return Math.random() < 0.4`],
  ['Returns rubbish', `return ${EVERY(2)} ? undefined : Math.random() < 0.4`],
  ['Hangs', `if (${EVERY(4)}) for (;;) {} return Math.random() < 0.2`],
] as const;

const limits = {
  ...{ SYMBOL_COUNT: '15', SCREENING_WORKERS: '2', TRADER_POLL_MS: '300' },
  ...{ FILTER_TIMEOUT_MS: '400', STATEMENT_TIMEOUT_MS: '500' },
};
const running = runningMachine(['--symbols', '20', '--seed', '5'], limits);

beforeAll(async () => {
  const client = await running.postgres.connect();
  for (const [name, code] of LOAD)
    await insertTrader(client, name, { code, refreshInterval: '1s', requiredTimeframes: ['1s'] });
  await running.trader.pageWith((page) => total(page, 'signals_persisted_total') > 0, 'a stored signal');
});

/** Scrapes for as long as `during` runs, and holds every page and every pair of pages to the arithmetic. */
async function watch(during: Promise<unknown>): Promise<{ problems: string[]; pages: number }> {
  const problems: string[] = [];
  let pages = 0;
  let ongoing = true;
  let before: Map<string, Family> | undefined;
  const ended = during.finally(() => {
    ongoing = false;
  });
  while (ongoing) {
    const page = await running.trader.page();
    problems.push(...arithmeticProblems(page), ...(before ? cycleProblems(before, page) : []));
    before = page;
    pages++;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  await ended;
  return { problems, pages };
}

const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000));

describe('the page adds up', () => {
  it('while filters fail and hang and their workers are replaced', async () => {
    const { problems, pages } = await watch(seconds(10));
    expect(problems).toEqual([]);
    expect(pages).toBeGreaterThan(5);
    expect(total(await running.trader.page(), 'trader_execution_errors_total')).toBeGreaterThan(0);
  });

  it('while the database stalls: a statement timeout is counted as one, and logged in those words', async () => {
    const release = await running.postgres.lockTable('signals');
    const stalled = running.trader.pageWith(
      (page) => total(page, 'signal_persist_errors_total', { error_type: 'timeout' }) > 0,
      'a statement timeout',
    );
    const { problems } = await watch(stalled);
    await release();
    expect(problems).toEqual([]);
    await running.trader.logged(/statement timeout/);
  });

  it('while the database is restarted under load', async () => {
    const { problems } = await watch(running.postgres.restart().then(() => seconds(8)));
    expect(problems).toEqual([]);
  });
});

it('in the end every generated signal is in the database, exactly once', async () => {
  const client = await running.postgres.connect();
  await client.query(`update traders set enabled = false`);
  const page = await running.trader.pageWith(
    (now) =>
      sample(now, 'registry_size') === 0 && sample(now, 'sync_queue_depth', { queue_type: 'signals' }) === 0,
    'an empty signal queue after the last trader has left',
  );
  const { rows } = await client.query<{ count: number }>('select count(*)::int as count from signals');
  const generated = total(page, 'signals_generated_total');
  process.stdout.write(`${generated} signals generated, ${rows[0]?.count} in the database\n`);
  expect(total(page, 'signals_dropped_total')).toBe(0);
  expect(rows[0]?.count).toBe(generated);
  expect(generated).toBeGreaterThan(50);
});
