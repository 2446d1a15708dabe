import { describe, expect, it } from '@jest/globals';
import { orderFor, verdictsOf } from '../support/filter-orders';
import { filterPool as poolOf, untilIdle } from '../support/filter-pool';
import type { TestMeter } from '../support/metrics';

const restarts = async (meter: TestMeter): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await meter.series('screener_worker_restarts_total')).map(({ labels, value }) => [labels.reason, value]),
  );

describe('a task', () => {
  it('comes back with a verdict per symbol, its matches and its timings', async () => {
    const { pool } = await poolOf();
    const order = orderFor('return timeframes["1m"].close[0] > 100', ['AAAUSDT', 'BBBUSDT']);
    const result = await pool.run(order);
    expect(verdictsOf(result)).toEqual(['no_match', 'match']);
    expect(result).toMatchObject({
      slot: 0,
      kind: 'evaluated',
      matches: [{ index: 1, price: 220, quoteVolume: 550, conditions: [] }],
      newestCloseMs: 120 * 60_000 - 1,
      firstFault: null,
    });
    expect(result.runMs).toBeGreaterThan(0);
    expect(result.startedAtMs).toBeGreaterThan(Date.now() - 60_000);
  });

  it('whose filter does not compile says where', async () => {
    const { pool } = await poolOf();
    expect(await pool.run(orderFor('return\n (1 +'))).toMatchObject({
      kind: 'compile_error',
      message: '2:6: Unexpected token',
    });
  });

  it('that came later waits in the queue, and the queue is counted', async () => {
    const { pool, meter } = await poolOf();
    const runs = [1, 2, 3].map((n) => pool.run(orderFor(`return ${n} === 0`)));
    expect(pool.state()).toEqual({ size: 1, active: 1, idle: 0, queued: 2 });
    expect(await meter.value('screener_queue_depth')).toBe(2);
    const results = await Promise.all(runs);
    expect(results.every((result) => result.kind === 'evaluated')).toBe(true);
    expect(results[2]!.queueMs).toBeGreaterThanOrEqual(results[1]!.queueMs);
    expect(pool.state()).toEqual({ size: 1, active: 0, idle: 1, queued: 0 });
  });

  it('is timed by its slot', async () => {
    const { pool, meter } = await poolOf({ workers: 2 });
    await Promise.all([1, 2, 3, 4].map((n) => pool.run(orderFor(`return ${n} > 9`))));
    const counts = await meter.series('screener_task_duration_ms');
    expect(counts.map(({ labels }) => labels.worker_id).sort()).toEqual(['0', '1']);
    expect(counts.reduce((sum, { value }) => sum + value, 0)).toBe(4);
  });
});

describe('a filter that does not end', () => {
  it.each([
    ['loops', 'for (;;);'],
    ['keeps its microtasks going', '(async () => { for (;;) await 0 })(); return false'],
    ['draws from an endless generator', 'for (const x of (function* () { for (;;) yield 1 })()); '],
    ['backtracks in a regular expression', 'return /(a+)+$/.test("a".repeat(60) + "b")'],
    ['returns a proxy that thinks for ever', 'return new Proxy({}, { get() { for (;;); } })'],
  ])('costs its worker when it %s', async (_, code) => {
    const { pool, meter, messages } = await poolOf({ timeoutMs: 300 });
    const order = { ...orderFor(code), traderId: 'endless' };
    const result = await pool.run(order);
    expect(result).toMatchObject({ kind: 'failed', errorType: 'timeout', slot: 0 });
    expect(result.runMs).toBeGreaterThanOrEqual(299);
    expect(await restarts(meter)).toEqual({ timeout: 1, crash: 0, memory: 0 });
    expect(messages()).toContain('Filter worker 0 was replaced: trader endless did not finish within 300 ms');
    expect((await pool.run(orderFor('return true'))).kind).toBe('evaluated');
  });

  it('is counted from its start, not from when it queued', async () => {
    const { pool } = await poolOf({ timeoutMs: 1500 });
    const busy = 'const end = Date.now() + 700; while (Date.now() < end); return true';
    const results = await Promise.all([1, 2, 3, 4].map((n) => pool.run(orderFor(`${busy} // ${n}`))));
    expect(results.map((result) => result.kind)).toEqual(Array(4).fill('evaluated'));
    expect(results[3]!.queueMs).toBeGreaterThan(1500);
  });
});

describe('a filter that takes memory without bound', () => {
  it.each([
    ['a map', 'const m = new Map(); for (let i = 0; ; i++) m.set(i, {})'],
    ['one list', 'const a = []; for (;;) a.push(0.5)'],
    ['an object', 'const o = {}; for (let i = 0; ; i++) o["k" + i] = i'],
    ['lists of lists', 'const a = []; for (;;) a.push(new Array(1e6).fill(1.5))'],
    ['globals, a little per symbol', '(globalThis.kept ??= []).push(new Array(2e5).fill(1)); return false'],
    [
      'array memory, a little per symbol',
      '(globalThis.kept ??= []).push(new Float64Array(2e5)); return false',
    ],
  ])('loses its worker as `memory`: %s', async (_, code) => {
    const { pool, meter } = await poolOf({ memoryMb: 48 });
    const symbols = Array.from({ length: 100 }, (__, index) => `S${index}`);
    expect(await pool.run(orderFor(code, symbols))).toMatchObject({
      kind: 'failed',
      errorType: 'worker_crash',
    });
    expect(await restarts(meter)).toEqual({ timeout: 0, crash: 0, memory: 1 });
    expect((await pool.run(orderFor('return true'))).kind).toBe('evaluated');
  });

  it.each([
    ['a list of 134 million', 'new Array(2 ** 27).fill({})'],
    ['a text of 500 MB', '"x".repeat(2 ** 29 - 24).split("")'],
    ['a text that doubles', 'let s = "ab"; for (let i = 0; i < 27; i++) s += s; return [...s].length > 1'],
    ['8 GB of array memory', 'new Float64Array(1e9)'],
    ['array memory bit by bit', 'const a = []; for (;;) a.push(new Float64Array(1e5))'],
    [
      'array memory through a subclass',
      'class A extends Uint8Array {} const a = []; for (;;) a.push(new A(1e6))',
    ],
    ['buffers behind a valueOf', 'const a = []; for (;;) a.push(new ArrayBuffer({ valueOf: () => 1e6 }))'],
    ['copies', 'const a = []; for (;;) a.push(timeframes["1m"].close.slice().toSorted())'],
    ['a helper fed a false length', 'helpers.sma({ length: 1e9 })'],
  ])('gets a RangeError for %s and keeps its worker', async (_, code) => {
    const { pool, meter } = await poolOf();
    const result = await pool.run(orderFor(code));
    expect(verdictsOf(result)).toEqual(['error']);
    expect(result).toMatchObject({ firstFault: { message: expect.stringMatching(/^RangeError: the /) } });
    expect(await restarts(meter)).toEqual({ timeout: 0, crash: 0, memory: 0 });
  });
});

describe('what goes wrong in one place', () => {
  it('leaves the other workers’ tasks alone', async () => {
    const { pool } = await poolOf({ workers: 2, timeoutMs: 500 });
    const endless = pool.run(orderFor('for (;;);'));
    const others = await Promise.all([1, 2, 3, 4, 5].map((n) => pool.run(orderFor(`return ${n} > 0`))));
    expect(others.map((result) => [result.kind, result.slot])).toEqual(Array(5).fill(['evaluated', 1]));
    expect(await endless).toMatchObject({ kind: 'failed', errorType: 'timeout' });
  });

  it('ends no worker for a promise nobody waits for', async () => {
    const { pool, meter } = await poolOf();
    const result = await pool.run(orderFor('Promise.reject(new Error("nobody")); return true'));
    expect(verdictsOf(result)).toEqual(['match']);
    expect((await pool.run(orderFor('return true'))).kind).toBe('evaluated');
    expect(await restarts(meter)).toEqual({ timeout: 0, crash: 0, memory: 0 });
  });

  it('is told apart: no worker file means no workers, and tasks fail at once', async () => {
    const { pool, messages } = await poolOf({ workerFile: '/nowhere/worker.js' });
    expect(pool.health().status).toBe('failed');
    expect(messages()).toContain('Filter worker 0 could not be started; it is tried again');
    const result = await pool.run(orderFor('return true'));
    expect(result).toMatchObject({ kind: 'failed', errorType: 'worker_crash' });
  });
});

describe('the pool', () => {
  it('loses no result over 100 workers killed at random, and never counts more workers than it has', async () => {
    const { pool, meter } = await poolOf({ workers: 2, timeoutMs: 40 });
    const overfull: unknown[] = [];
    const watch = setInterval(() => {
      const state = pool.state();
      if (state.active + state.idle > state.size) overfull.push(state);
    }, 1);
    const codes = Array.from({ length: 200 }, (_, n) =>
      n % 2 === 0 ? `for (;;); // ${n}` : `return ${n} > 0`,
    );
    const order = orderFor('return false');
    const results = await Promise.all(
      codes.map((code, n) => pool.run({ ...order, code, revision: code, traderId: `t${n}` })),
    );
    clearInterval(watch);
    expect(overfull).toEqual([]);
    const failed = results.filter((result) => result.kind === 'failed');
    expect(results).toHaveLength(200);
    expect(results.filter((_, n) => n % 2 === 0).every((result) => result.kind === 'failed')).toBe(true);
    const counted = Object.values(await restarts(meter)).reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(failed.length);
    await untilIdle(pool, 2);
    expect(pool.health()).toEqual({ status: 'ok', detail: '2 of 2 filter workers run' });
    const total = (await meter.series('screener_task_duration_ms')).reduce(
      (sum, { value }) => sum + value,
      0,
    );
    expect(total).toBe(200);
  });

  it('settles what waits and what runs when it stops', async () => {
    const { pool } = await poolOf();
    const runs = [pool.run(orderFor('for (;;);')), pool.run(orderFor('return true'))];
    await pool.stop();
    for (const result of await Promise.all(runs)) {
      expect(result).toMatchObject({
        kind: 'failed',
        errorType: 'unknown',
        message: 'the filter pool has stopped',
      });
    }
    expect(await pool.run(orderFor('return true'))).toMatchObject({ kind: 'failed', errorType: 'unknown' });
    expect(pool.health().status).toBe('failed');
    expect(pool.state()).toMatchObject({ active: 0, idle: 0, queued: 0 });
  });
});
