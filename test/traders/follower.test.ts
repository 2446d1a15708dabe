import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { TraderRow } from '../../src/storage/trader-row';
import { TraderTelemetry } from '../../src/telemetry/trader-telemetry';
import { TraderFollower } from '../../src/traders/follower';
import { TraderRegistry } from '../../src/traders/registry';
import type { CompileFilter } from '../../src/traders/validation';
import { capturedLog } from '../support/captured-log';
import { testMeter } from '../support/metrics';
import { traderRow } from '../support/traders';

const POLL_MS = 5000;

function followed(rows: TraderRow[]) {
  const table = { rows, failure: undefined as Error | undefined, reads: 0 };
  const source = {
    async loadEnabled() {
      table.reads++;
      if (table.failure) throw table.failure;
      return table.rows;
    },
  };
  const compile = jest.fn<CompileFilter>((code) =>
    code.includes('}') ? { ok: false, message: 'Unexpected token (1:1)' } : { ok: true },
  );
  const page = testMeter();
  const { log, lines } = capturedLog();
  const registry = new TraderRegistry();
  const telemetry = new TraderTelemetry(page.meter);
  const parts = { source, registry, telemetry, compile, log };
  const follower = new TraderFollower(parts, { pollMs: POLL_MS, maxCandles: 500 });
  const ids = () => registry.all().map(({ trader }) => trader.id);
  const loads = async () => [
    await page.value('traders_loaded_from_db_total', { status: 'success' }),
    await page.value('traders_loaded_from_db_total', { status: 'failed' }),
  ];
  const nextPoll = () => jest.advanceTimersByTimeAsync(POLL_MS);
  return { table, follower, registry, ids, loads, page, lines, compile, nextPoll };
}

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('TraderFollower', () => {
  it('loads the enabled traders at start and counts each once, not at every poll', async () => {
    const { follower, ids, loads, compile, nextPoll } = followed([traderRow('a'), traderRow('b')]);
    await follower.start();
    await nextPoll();
    await nextPoll();
    expect(ids()).toEqual(['a', 'b']);
    expect(await loads()).toEqual([2, 0]);
    expect(compile).toHaveBeenCalledTimes(2);
    follower.stop();
  });

  it('takes up added, changed, disabled and deleted traders within one poll', async () => {
    const rows = ['a', 'b', 'c'].map((id) => traderRow(id));
    const { table, follower, registry, ids, loads, nextPoll } = followed(rows);
    await follower.start();
    const changed = traderRow('a', { code: 'return false;' });
    table.rows = [changed, { ...traderRow('b'), enabled: false }, traderRow('d')];
    await nextPoll();
    expect(ids().sort()).toEqual(['a', 'd']);
    expect(registry.get('a')?.trader.filter.code).toBe('return false;');
    expect(await loads()).toEqual([5, 0]);
    follower.stop();
  });

  it('skips a broken trader, counts it once per revision, names it and the reason, and runs the rest', async () => {
    const { table, follower, ids, loads, page, lines, nextPoll } = followed([
      traderRow('a'),
      traderRow('b', { code: '}' }, 'Broken One'),
    ]);
    await follower.start();
    await nextPoll();
    expect(ids()).toEqual(['a']);
    expect(await loads()).toEqual([1, 1]);
    expect(await page.value('trader_errors_total', { trader_id: 'b', error_type: 'compile' })).toBe(1);
    expect(lines('error')).toEqual([
      'Failed to load trader "Broken One", it does not run: filter code does not compile: Unexpected token (1:1)',
    ]);
    expect(follower.health()).toEqual({ status: 'degraded', detail: '1 traders run, 1 broken' });

    table.rows = [traderRow('a'), traderRow('b', { minCandles: 0 })];
    await nextPoll();
    expect(await loads()).toEqual([1, 2]);
    expect(await page.value('trader_errors_total', { trader_id: 'b', error_type: 'load' })).toBe(1);

    table.rows = [traderRow('a'), traderRow('b')];
    await nextPoll();
    expect(ids()).toEqual(['a', 'b']);
    expect(await loads()).toEqual([2, 2]);
    expect(follower.health().status).toBe('ok');
    follower.stop();
  });

  it('stops a running trader that was changed into a broken one', async () => {
    const { table, follower, ids, nextPoll } = followed([traderRow('a'), traderRow('b')]);
    await follower.start();
    table.rows = [traderRow('a', { code: '}' }), traderRow('b')];
    await nextPoll();
    expect(ids()).toEqual(['b']);
    follower.stop();
  });

  it('keeps the last set while the database fails, says so once, degrades, and recovers', async () => {
    const { table, follower, ids, lines, loads, nextPoll } = followed([traderRow('a')]);
    await follower.start();
    table.failure = new Error('connection refused');
    for (let poll = 0; poll < 5; poll++) await nextPoll();
    expect(ids()).toEqual(['a']);
    expect(lines('error')).toEqual([
      'Failed to follow the traders in the database, the 1 known ones run on, changes wait: connection refused',
    ]);
    expect(follower.health()).toEqual({
      status: 'degraded',
      detail: '1 traders run on unfollowed: connection refused',
    });
    table.failure = undefined;
    table.rows = [traderRow('a'), traderRow('b')];
    await nextPoll();
    expect(ids()).toEqual(['a', 'b']);
    expect(lines('info')).toEqual(['The traders are followed in the database again']);
    expect(follower.health().status).toBe('ok');
    expect(await loads()).toEqual([2, 0]);
    follower.stop();
  });

  it('repeats itself about a lasting failure at growing distances only', async () => {
    const { table, follower, lines, nextPoll } = followed([]);
    await follower.start();
    table.failure = new Error('down');
    for (let poll = 0; poll < 3600_000 / POLL_MS; poll++) await nextPoll();
    expect(lines('error').length).toBeGreaterThan(3);
    expect(lines('error').length).toBeLessThan(10);
    follower.stop();
  });

  it('rejects when the first reading fails, and can be started again', async () => {
    const { table, follower, ids } = followed([traderRow('a')]);
    table.failure = new Error('no route to host');
    await expect(follower.start()).rejects.toThrow('no route to host');
    expect(follower.health()).toEqual({ status: 'failed', detail: 'no traders yet: no route to host' });
    table.failure = undefined;
    await follower.start();
    expect(ids()).toEqual(['a']);
    follower.stop();
  });

  it('reads nothing more after stop', async () => {
    const { table, follower, nextPoll } = followed([]);
    const timersBefore = jest.getTimerCount();
    await follower.start();
    expect(jest.getTimerCount()).toBe(timersBefore + 1);
    follower.stop();
    expect(jest.getTimerCount()).toBe(timersBefore);
    await nextPoll();
    expect(table.reads).toBe(1);
  });
});
