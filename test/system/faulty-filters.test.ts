/** Filters as users write them at their worst: each is counted and named, and everything else goes on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import { arithmeticProblems } from '../support/page-contract';
import { runningMachine } from '../support/running-machine';
import { ROOT } from '../support/source-files';
import { sample, type TraderMachine, total } from '../support/trader-machine';
import { insertTrader } from '../support/trader-rows';

const limits = {
  SYMBOL_COUNT: '12',
  FILTER_TIMEOUT_MS: '700',
  TRADER_POLL_MS: '300',
  SCREENING_WORKERS: '2',
};
const running = runningMachine(['--symbols', '20', '--seed', '3'], limits);
let client: Client;
beforeAll(async () => {
  client = await running.postgres.connect();
});

const FAULTS: readonly [name: string, code: string, errorType: string][] = [
  ['throws', 'throw new TypeError("no such indicator")', 'runtime'],
  ['reads nothing', 'return timeframes["1m"].nothing.length > 0', 'runtime'],
  ['overflows the stack', 'const deeper = () => deeper() + 1; return deeper() > 0', 'runtime'],
  ['never ends', 'for (;;) {}', 'timeout'],
  ['fills its heap', 'const kept = []; for (;;) kept.push(new Array(1e5).fill(kept.length))', 'worker_crash'],
  ['fills buffers', 'const kept = []; for (;;) kept.push(new Float64Array(1e6).fill(1))', 'runtime'],
  ['returns NaN', 'return NaN', 'bad_return'],
  ['returns nothing', 'const rsi = 20', 'bad_return'],
  ['returns a number as match', 'return { match: 1 }', 'bad_return'],
  ['returns a promise', 'return Promise.resolve(true)', 'bad_return'],
];

describe('a filter that', () => {
  it.each(FAULTS)(
    '%s is counted as an error of its trader, named in the log, and costs nobody else',
    async (name, code, errorType) => {
      const id = await insertTrader(client, name, { code });
      const page = await running.trader.pageWith(
        (now) => (total(now, 'trader_execution_errors_total', { trader_id: id }) ?? 0) > 0,
        `an error of "${name}"`,
      );
      expect(
        sample(page, 'trader_execution_errors_total', { trader_id: id, error_type: errorType }),
      ).toBeGreaterThan(0);
      expect(total(page, 'trader_screenings_total', { trader_id: id })).toBe(0);
      await running.trader.logged(new RegExp(`Trader "${name}": execution_errors.*"${errorType}"`));
      expect(arithmeticProblems(page)).toEqual([]);
      await client.query('delete from traders where id = $1', [id]);
    },
  );

  it('does not compile is refused at load with line and column, and counted', async () => {
    const before = total(await running.trader.page(), 'traders_loaded_from_db_total', { status: 'failed' });
    await insertTrader(client, 'does not compile', { code: 'return (' });
    const page = await running.trader.pageWith(
      (now) => total(now, 'traders_loaded_from_db_total', { status: 'failed' }) > before,
      'a failed load',
    );
    const entry = await running.trader.logged(/does not compile/);
    expect(entry.msg).toMatch(/\d+:\d+/);
    expect(sample(page, 'registry_size')).toBeGreaterThanOrEqual(4);
  });
});

describe('the machine beside them', () => {
  it('goes on screening its other traders on every boundary', async () => {
    const executions = (page: Awaited<ReturnType<TraderMachine['page']>>) =>
      total(page, 'trader_screenings_total', { trader_name: 'RSI Oversold' });
    const before = executions(await running.trader.page());
    await running.trader.pageWith((now) => executions(now) > before, 'another screening', 90_000);
  }, 120_000);

  it('replaced the workers it lost, and says why', async () => {
    const page = await running.trader.pageWith(
      (now) =>
        (sample(now, 'screener_workers_active') ?? 0) + (sample(now, 'screener_workers_idle') ?? 0) === 2,
      'two live workers',
    );
    expect(sample(page, 'screener_worker_restarts_total', { reason: 'timeout' })).toBeGreaterThan(0);
    expect(sample(page, 'screener_worker_restarts_total', { reason: 'memory' })).toBeGreaterThan(0);
  });
});

describe('a trader in the database', () => {
  it('takes effect when it is added, changed, disabled and deleted, within ten seconds each', async () => {
    const within = 10_000;
    const runs = (id: string) => (page: Awaited<ReturnType<TraderMachine['page']>>) =>
      total(page, 'trader_matches_total', { trader_id: id }) > 0;
    const id = await insertTrader(client, 'Follows', { code: 'return false' });
    await running.trader.pageWith(
      (page) => total(page, 'trader_screenings_total', { trader_id: id }) > 0,
      'the added trader',
      within,
    );
    await client.query(
      `update traders set filter = jsonb_set(filter, '{code}', '"return true"') where id = $1`,
      [id],
    );
    await running.trader.pageWith(runs(id), 'the changed trader', within);
    const listed = (page: Awaited<ReturnType<TraderMachine['page']>>) =>
      sample(page, 'trader_symbols_watching', { trader_id: id }) !== undefined;
    await client.query('update traders set enabled = false where id = $1', [id]);
    await running.trader.pageWith((page) => !listed(page), 'the disabled trader gone', within);
    await client.query('update traders set enabled = true where id = $1', [id]);
    await running.trader.pageWith(listed, 'the trader back', within);
    await client.query('delete from traders where id = $1', [id]);
    await running.trader.pageWith((page) => !listed(page), 'the deleted trader gone', within);
  });

  it('may need an interval nobody needed before: the machine subscribes to it and fetches its history', async () => {
    const id = await insertTrader(client, 'Slow', {
      code: 'return timeframes["4h"].length > 50',
      refreshInterval: '4h',
    });
    const page = await running.trader.pageWith(
      (now) => total(now, 'trader_matches_total', { trader_id: id }) > 0,
      'matches on 4h candles',
      30_000,
    );
    expect(total(page, 'kline_buffer_size', { interval: '4h' })).toBeGreaterThan(12 * 50);
  });

  it('can be the README’s example, pasted as it is', async () => {
    const [, sql = ''] = /```sql\n(.*?)```/s.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? [];
    await client.query(sql);
    const name = { trader_name: 'Two Green Candles' };
    const page = await running.trader.pageWith(
      (now) => total(now, 'trader_screenings_total', name) > 0,
      'its screening',
    );
    expect(total(page, 'trader_new_matches', name)).toBeGreaterThanOrEqual(0);
    await running.trader.logged(/^\[Worker\] Trader "Two Green Candles": \d+ symbols matching/);
  });
});
