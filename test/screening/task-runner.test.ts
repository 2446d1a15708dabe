import { describe, expect, it } from '@jest/globals';
import { columnOffset, HEADER } from '../../src/market/shared-columns';
import type { FilterOrder } from '../../src/screening/filter-runner';
import { SandboxCache } from '../../src/screening/sandbox-cache';
import type { HeapGuard } from '../../src/screening/sandbox-memory';
import { realmScript } from '../../src/screening/sandbox-source';
import { TaskRunner } from '../../src/screening/sandbox-task';
import { BUILT_IN_TRADERS } from '../../src/traders/built-in-traders';
import { BUILT, fillSlot, MINUTE, NEWEST_OPEN, orderFor, verdictsOf } from '../support/filter-orders';

const UNBOUNDED = { check: () => undefined } as unknown as HeapGuard;

function runnerOf() {
  const runner = new TaskRunner(new SandboxCache(realmScript(BUILT)), UNBOUNDED, () => undefined);
  let taskId = 0;
  return (order: FilterOrder) => runner.run({ ...order, taskId: ++taskId });
}

const run = (order: FilterOrder) => runnerOf()(order);

function headerOf(order: FilterOrder, frame = 0) {
  return new Int32Array(order.timeframes[frame]!.table.header);
}

describe('a symbol that cannot be screened', () => {
  it('without a slot or without candles has no data', () => {
    const order = orderFor('return true', ['A', 'B', 'C']);
    headerOf(order)[1 * HEADER.size + HEADER.closed] = 0;
    const result = run({ ...order, slots: Int32Array.from([0, 1, -1]) });
    expect(verdictsOf(result)).toEqual(['match', 'no_data', 'no_data']);
  });

  it('with fewer closed candles than the filter needs has insufficient history', () => {
    const order = { ...orderFor('return true', ['A', 'B']), minCandles: 100 };
    headerOf(order)[0 * HEADER.size + HEADER.closed] = 99;
    headerOf(order)[0 * HEADER.size + HEADER.start] = 21;
    expect(verdictsOf(run(order))).toEqual(['insufficient_history', 'match']);
  });

  it('whose newest closed candle is not the boundary’s is stale, in any timeframe', () => {
    const order = orderFor('return true', ['A'], ['1m', '5m']);
    const timeframes = [order.timeframes[0]!, { ...order.timeframes[1]!, expectedOpenMs: NEWEST_OPEN + 1 }];
    expect(verdictsOf(run({ ...order, timeframes }))).toEqual(['stale_data']);
    expect(verdictsOf(run(order))).toEqual(['match']);
  });

  it('whose slot never holds still is stale', () => {
    const order = orderFor('return true');
    headerOf(order)[HEADER.revision] = 3;
    expect(verdictsOf(run(order))).toEqual(['stale_data']);
  });

  it('for two reasons has the one that says most', () => {
    const order = orderFor('return true', ['A'], ['1m', '5m']);
    headerOf(order, 0)[HEADER.revision] = 3;
    headerOf(order, 1)[HEADER.closed] = 0;
    expect(verdictsOf(run(order))).toEqual(['no_data']);
  });

  it('leaves the reply without a newest candle when there was no other', () => {
    const order = { ...orderFor('return true'), minCandles: 1000 };
    expect(run(order)).toMatchObject({ newestCloseMs: null, matches: [] });
  });
});

describe('the candles a filter sees', () => {
  const lengths =
    'const t = timeframes["1m"]; return { match: true, conditions: [t.length, t.close.at(-1)].map(String) }';

  it('are the closed ones, unless it asks for the open one', () => {
    const order = orderFor(lengths);
    fillSlot(order.timeframes[0]!.table, 0, 120, true);
    const withOpen = { ...order, traderId: 'other', includeOpenCandle: true };
    expect(run(order)).toMatchObject({ matches: [{ conditions: ['120', '219'], price: 219 }] });
    expect(run(withOpen)).toMatchObject({ matches: [{ conditions: ['121', '220'], price: 219 }] });
  });

  it('begin where the window begins', () => {
    const order = orderFor('return timeframes["1m"].openTime[0] === 5 * 60000');
    headerOf(order)[HEADER.start] = 5;
    headerOf(order)[HEADER.closed] = 115;
    expect(verdictsOf(run(order))).toEqual(['match']);
  });

  it('are a copy: a filter that writes to them changes nothing for anyone', () => {
    const execute = runnerOf();
    const order = orderFor('timeframes["1m"].close.fill(0); timeframes["1m"].close = 1; return true', [
      'A',
      'B',
    ]);
    const { table } = order.timeframes[0]!;
    const at = columnOffset(table, 0, 4);
    expect(execute(order)).toMatchObject({ matches: [{ price: 219 }, { price: 220 }] });
    expect(new Float64Array(table.columns)[at]).toBe(100);
    expect(execute(order)).toMatchObject({ matches: [{ price: 219 }, { price: 220 }] });
  });
});

describe('the compiled filter', () => {
  it('is kept for its revision and made anew for another', () => {
    const execute = runnerOf();
    const order = orderFor('count = (typeof count === "number" ? count : 0) + 1; return count > 1');
    expect(verdictsOf(execute(order))).toEqual(['no_match']);
    expect(verdictsOf(execute(order))).toEqual(['match']);
    expect(verdictsOf(execute({ ...order, revision: 'another' }))).toEqual(['no_match']);
  });

  it('shares no global with another trader’s', () => {
    const execute = runnerOf();
    execute({ ...orderFor('shared = 1; return true'), traderId: 'one' });
    const other = { ...orderFor('return typeof shared === "undefined"'), traderId: 'two' };
    expect(verdictsOf(execute(other))).toEqual(['match']);
  });

  it('that does not compile is a compile error with its place', () => {
    expect(run(orderFor('return 1 +'))).toMatchObject({
      kind: 'compile_error',
      message: '1:11: Unexpected token',
    });
  });
});

describe('the built-in traders', () => {
  it.each(BUILT_IN_TRADERS.map((trader) => [trader.name, trader.filter] as const))(
    '%s runs over real columns',
    (_, filter) => {
      const { code, requiredTimeframes } = filter as { code: string; requiredTimeframes: readonly '1m'[] };
      const [verdict] = verdictsOf(run(orderFor(code, ['BTCUSDT'], requiredTimeframes)));
      expect(['match', 'no_match']).toContain(verdict);
    },
  );
});

it('a reply names the close of the newest candle', () => {
  expect(run(orderFor('return true'))).toMatchObject({ newestCloseMs: NEWEST_OPEN + MINUTE - 1 });
});
