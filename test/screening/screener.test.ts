import { describe, expect, it } from '@jest/globals';
import { lastClosedOpenTime } from '../../src/screening/cycle';
import type { FilterResult } from '../../src/screening/filter-runner';
import type { Verdict } from '../../src/screening/messages';
import {
  BOUNDARY_MS,
  compileError,
  evaluated,
  failedRun,
  MINUTE_MS,
  screeningBench,
} from '../support/screening';
import { trader } from '../support/traders';

const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'ADAUSDT'];
const one = trader('t1', {}, 'RSI Oversold');
const all = (verdict: Verdict) => SYMBOLS.map(() => verdict);

async function screened(answer: FilterResult, symbols: readonly string[] = SYMBOLS) {
  const bench = screeningBench([one], symbols);
  bench.pool.answers.set('t1', () => answer);
  await bench.screener.runCycle('1m', BOUNDARY_MS);
  const errors = await bench.page.series('trader_execution_errors_total');
  const errorTypes = errors.filter(({ value }) => value > 0).map(({ labels }) => labels.error_type);
  return { ...bench, errorTypes };
}

describe('what the pool is asked', () => {
  it('screens every subscribed symbol with the candles that have closed by the boundary', async () => {
    const slow = trader('t1', { requiredTimeframes: ['1m', '5m'], minCandles: 30, includeOpenCandle: true });
    const { screener, market, pool } = screeningBench([slow], SYMBOLS);
    const fiveMinutes = { ...market.candleTable('1m')!, interval: '5m' as const };
    market.tables.set('5m', fiveMinutes);
    await screener.runCycle('1m', BOUNDARY_MS + 3 * MINUTE_MS);
    expect(pool.orders).toEqual([
      {
        traderId: 't1',
        revision: slow.revision,
        code: slow.filter.code,
        timeframes: [
          { table: market.candleTable('1m'), expectedOpenMs: BOUNDARY_MS + 2 * MINUTE_MS },
          { table: fiveMinutes, expectedOpenMs: BOUNDARY_MS - 5 * MINUTE_MS },
        ],
        tickers: market.tickerTable(),
        symbols: SYMBOLS,
        slots: Int32Array.of(0, 1, 2),
        minCandles: 30,
        includeOpenCandle: true,
      },
    ]);
  });

  it('knows the last closed candle of months and weeks too', () => {
    expect(lastClosedOpenTime('1M', Date.UTC(2026, 2, 1))).toBe(Date.UTC(2026, 1, 1));
    expect(lastClosedOpenTime('1w', Date.UTC(2026, 10, 18))).toBe(Date.UTC(2026, 10, 9));
  });

  it('runs the traders of the interval and no others', async () => {
    const { screener, pool } = screeningBench([one, trader('t2', { refreshInterval: '5m' })], SYMBOLS);
    await screener.runCycle('1m', BOUNDARY_MS);
    expect(pool.orders.map(({ traderId }) => traderId)).toEqual(['t1']);
    await screener.runCycle('4h', BOUNDARY_MS);
    expect(pool.orders).toHaveLength(1);
  });
});

describe('a screening', () => {
  it('turns new matches into signals and says so in the line operators know', async () => {
    const { screener, signals, lines, page, pool, records } = await screened(evaluated(all('match')));
    expect(signals).toHaveLength(3);
    expect(signals[1]).toEqual({
      id: `t1/ETHUSDT/1m/${BOUNDARY_MS}`,
      traderId: 't1',
      traderName: 'RSI Oversold',
      symbol: 'ETHUSDT',
      interval: '1m',
      boundaryMs: BOUNDARY_MS,
      price: 101,
      changePercent: 1.5,
      quoteVolume: 9,
      conditions: ['c'],
      createdAtMs: expect.any(Number),
      machineId: 'm1',
    });
    pool.answers.set('t1', () => evaluated(['match', 'no_match', 'match']));
    await screener.runCycle('1m', BOUNDARY_MS + MINUTE_MS);
    expect(signals).toHaveLength(3);
    expect(lines('info')).toEqual([
      '[Worker] Trader "RSI Oversold": 3 symbols matching (3 new signals, 0 continuing)',
      '[Worker] Trader "RSI Oversold": 2 symbols matching (0 new signals, 2 continuing)',
    ]);
    const named = { trader_id: 't1', trader_name: 'RSI Oversold' };
    expect(await page.value('trader_new_matches', named)).toBe(0);
    expect(await page.value('trader_continuing_matches', named)).toBe(2);
    expect(await page.value('trader_matches_total', named)).toBe(5);
    expect(await page.value('trader_signals_total', named)).toBe(3);
    expect(records.map(({ newMatches, continuingMatches }) => [newMatches, continuingMatches])).toEqual([
      [3, 0],
      [0, 2],
    ]);
    expect(records[1]?.matchedSymbols).toEqual(['BTCUSDT', 'ADAUSDT']);
  });

  it('measures the worker’s time without the queue, and the data’s age when the filter decided', async () => {
    const { page, records } = await screened(evaluated(all('no_match')));
    expect(records[0]).toMatchObject({ durationMs: 2.5, errorType: null, revision: one.revision });
    expect(await page.value('trader_data_age_seconds', { trader_id: 't1' })).toBe(1);
    const endedAt = await page.value('trader_last_execution_timestamp_seconds', { trader_id: 't1' });
    expect(Math.abs((endedAt ?? 0) - (BOUNDARY_MS + 2000) / 1000)).toBeLessThan(60);
  });

  it('does not make a continuing match new because of a cycle in which the symbol had no data or the run failed', async () => {
    const { screener, pool, signals } = await screened(evaluated(all('match')));
    pool.answers.set('t1', () => evaluated(['match', 'stale_data', 'error']));
    await screener.runCycle('1m', BOUNDARY_MS + MINUTE_MS);
    pool.answers.set('t1', () => failedRun('worker_crash', 'worker 0 died'));
    await screener.runCycle('1m', BOUNDARY_MS + 2 * MINUTE_MS);
    pool.answers.set('t1', () => evaluated(all('match')));
    await screener.runCycle('1m', BOUNDARY_MS + 3 * MINUTE_MS);
    expect(signals).toHaveLength(3);
  });

  it('tells of faults on some symbols once per cause, not once per cycle', async () => {
    const fault = { symbol: 'ETHUSDT', verdict: 'error' as const, message: 'TypeError: x is undefined' };
    const { screener, lines, errorTypes } = await screened(
      evaluated(['no_match', 'error', 'bad_return'], fault),
    );
    await screener.runCycle('1m', BOUNDARY_MS + MINUTE_MS);
    expect(errorTypes).toEqual([]);
    expect(lines('warn')).toEqual([
      '[Worker] Error in trader "RSI Oversold" on 2 of 3 symbols, which it skipped: TypeError: x is undefined (first: ETHUSDT)',
    ]);
  });
});

describe('a failed execution', () => {
  const undefinedReturn = {
    symbol: 'BTCUSDT',
    verdict: 'bad_return' as const,
    message: 'filter returned undefined',
  };
  const thrown = { symbol: 'BTCUSDT', verdict: 'error' as const, message: 'TypeError: a is null' };

  it.each<[string, FilterResult, string, string]>([
    [
      'bad returns only',
      evaluated(all('bad_return'), undefinedReturn),
      'bad_return',
      'filter returned undefined for 3 of 3 symbols (first: BTCUSDT)',
    ],
    [
      'errors only',
      evaluated(all('error'), thrown),
      'runtime',
      'TypeError: a is null for 3 of 3 symbols (first: BTCUSDT)',
    ],
    [
      'mostly errors',
      evaluated(['error', 'error', 'no_data'], thrown),
      'runtime',
      'TypeError: a is null for 2 of 3 symbols (first: BTCUSDT)',
    ],
    [
      'as many errors as bad returns as symbols without data',
      evaluated(['bad_return', 'no_data', 'error'], thrown),
      'runtime',
      'TypeError: a is null for 1 of 3 symbols (first: BTCUSDT)',
    ],
    [
      'mostly missing data',
      evaluated(['insufficient_history', 'no_data', 'error'], thrown),
      'missing_data',
      'no symbol has the data it needs: 1 no_data, 1 insufficient_history, 1 error',
    ],
    [
      'stale data',
      evaluated(all('stale_data')),
      'missing_data',
      'no symbol has the data it needs: 3 stale_data',
    ],
    [
      'a filter that does not compile',
      compileError('Unexpected token (1:4)'),
      'compile',
      'the filter does not compile: Unexpected token (1:4); 3 symbols were not screened',
    ],
    [
      'a timeout',
      failedRun('timeout', 'timeout after 5000 ms'),
      'timeout',
      'timeout after 5000 ms; 3 symbols were not screened',
    ],
    [
      'a crash',
      failedRun('worker_crash', 'worker 1 ran out of memory'),
      'worker_crash',
      'worker 1 ran out of memory; 3 symbols were not screened',
    ],
  ])('of %s is one error of its type, with a line that says so', async (_what, answer, errorType, text) => {
    const { errorTypes, lines, page, records, signals } = await screened(answer);
    expect(errorTypes).toEqual([errorType]);
    expect(await page.value('trader_errors_total', { trader_id: 't1', error_type: errorType })).toBe(1);
    expect(
      await page.value('trader_screenings_total', { trader_id: 't1', trader_name: 'RSI Oversold' }),
    ).toBe(0);
    expect(lines('error')).toEqual([
      `[Worker] Failed: Trader "RSI Oversold": execution_errors{error_type="${errorType}"}: ${text}`,
    ]);
    expect(records[0]).toMatchObject({ errorType, evaluated: 0, newMatches: 0, continuingMatches: 0 });
    expect(signals).toEqual([]);
  });

  it('leaves the gauges of the last screening and its matches alone', async () => {
    const { screener, pool, page } = await screened(evaluated(all('match')));
    pool.answers.set('t1', () => failedRun('timeout', 'timeout after 5000 ms'));
    await screener.runCycle('1m', BOUNDARY_MS + MINUTE_MS);
    expect(await page.value('trader_new_matches', { trader_id: 't1', trader_name: 'RSI Oversold' })).toBe(3);
  });

  it('asks no worker when a timeframe is not held, and names the timeframe', async () => {
    const reads4h = trader('t1', { requiredTimeframes: ['1m', '4h'] });
    const { screener, pool, lines, page } = screeningBench([reads4h], SYMBOLS);
    await screener.runCycle('1m', BOUNDARY_MS);
    expect(pool.orders).toEqual([]);
    expect(lines('error')[0]).toContain('the machine holds no 4h candles; 3 symbols were not screened');
    expect(await page.value('trader_symbols_skipped_total', { trader_id: 't1', reason: 'no_data' })).toBe(3);
  });

  it('of a machine without symbols is missing data', async () => {
    const { errorTypes, lines } = await screened(evaluated([]), []);
    expect(errorTypes).toEqual(['missing_data']);
    expect(lines('error')[0]).toContain('the machine subscribes to no symbol');
  });

  it('counts as unknown when the pool refuses the task', async () => {
    const { screener, pool, page } = screeningBench([one], SYMBOLS);
    pool.answers.set('t1', () => Promise.reject(new Error('the pool has stopped')));
    await screener.runCycle('1m', BOUNDARY_MS);
    expect(
      await page.value('trader_execution_errors_total', { trader_id: 't1', error_type: 'unknown' }),
    ).toBe(1);
  });

  it('never prints more than a little of what a filter threw', async () => {
    const fault = { symbol: 'BTCUSDT', verdict: 'error' as const, message: 'x'.repeat(10_000) };
    const { lines } = await screened(evaluated(all('error'), fault));
    expect(lines('error')[0]?.length).toBeLessThan(500);
  });
});

describe('a trader that changes while its filter runs', () => {
  /** A bench whose one execution ends when the test says. */
  function inFlight() {
    const bench = screeningBench([one], SYMBOLS);
    let answer = (_result: FilterResult) => {};
    bench.pool.answers.set(
      't1',
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    const cycle = bench.screener.runCycle('1m', BOUNDARY_MS);
    return {
      ...bench,
      finish: async () => {
        answer(evaluated(all('match')));
        await cycle;
      },
    };
  }

  it('leaves nothing when it was removed', async () => {
    const { registry, finish, signals, records, page, lines } = inFlight();
    registry.replaceAll([]);
    await finish();
    expect([signals, records, lines()]).toEqual([[], [], []]);
    expect(await page.value('trader_executions_total', { trader_id: 't1' })).toBe(0);
  });

  it('is counted for the filter that ran, and the changed filter starts afresh', async () => {
    const { registry, finish, screener, records, pool, page } = inFlight();
    const changed = trader('t1', { code: 'return false;' }, 'RSI Oversold');
    registry.replaceAll([changed]);
    await finish();
    expect(records[0]?.revision).toBe(one.revision);
    expect(await page.value('trader_executions_total', { trader_id: 't1' })).toBe(1);
    pool.answers.set('t1', () => evaluated(all('match')));
    await screener.runCycle('1m', BOUNDARY_MS + MINUTE_MS);
    expect(records[1]).toMatchObject({ revision: changed.revision, newMatches: 3, continuingMatches: 0 });
  });

  it('is told under its new name when it was renamed', async () => {
    const { registry, finish, signals, lines } = inFlight();
    registry.replaceAll([{ ...one, name: 'Renamed' }]);
    await finish();
    expect(signals[0]?.traderName).toBe('Renamed');
    expect(lines('info')[0]).toContain('Trader "Renamed"');
  });

  it('gives no signal after the screener has stopped', async () => {
    const { screener, finish, signals, pool } = inFlight();
    screener.stop();
    await finish();
    await screener.runCycle('1m', BOUNDARY_MS + MINUTE_MS);
    expect(signals).toEqual([]);
    expect(pool.orders).toHaveLength(1);
  });
});

describe('the seeds’ greps', () => {
  it('each find the lines they look for', async () => {
    const triple = trader('t1', {}, 'Triple-Indicator');
    const { screener, pool, lines } = screeningBench([triple], SYMBOLS);
    await screener.runCycle('1m', BOUNDARY_MS);
    pool.answers.set('t1', () => failedRun('timeout', 'timeout after 5000 ms'));
    await screener.runCycle('1m', BOUNDARY_MS + MINUTE_MS);
    const grep = (pattern: RegExp) => lines().filter((line) => pattern.test(line)).length;
    expect(grep(/Failed|Error|panic|timeout/)).toBe(1);
    expect(grep(/Triple-Indicator/)).toBe(2);
    expect(grep(/execution_errors/)).toBe(1);
  });
});
