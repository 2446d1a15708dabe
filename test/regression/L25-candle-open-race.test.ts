import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CycleClock } from '../../src/screening/cycle-clock';
import { FilterTelemetry } from '../../src/telemetry/filter-telemetry';
import { TraderTelemetry } from '../../src/telemetry/trader-telemetry';
import { TraderFollower } from '../../src/traders/follower';
import { TraderRegistry } from '../../src/traders/registry';
import { capturedLog } from '../support/captured-log';
import { testMeter } from '../support/metrics';
import { BOUNDARY_MS, FakeMarket, MINUTE_MS, screeningBench } from '../support/screening';
import { trader, traderRow } from '../support/traders';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'], now: BOUNDARY_MS + 30_000 });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('L25: what the successor got wrong', () => {
  it('L25: the boundary alone starts no cycle: it waits for the closed candles, as long as they may be late', async () => {
    const market = new FakeMarket(['A', 'B']);
    const page = testMeter();
    const startedMs: number[] = [];
    const clock = new CycleClock({
      market,
      registry: new TraderRegistry(),
      runCycle: async () => void startedMs.push(Date.now()),
      telemetry: new FilterTelemetry(page.meter, new TraderTelemetry(page.meter)),
      log: capturedLog().log,
    });
    market.close('1m', BOUNDARY_MS);
    clock.start(['1m']);
    startedMs.length = 0;
    await jest.advanceTimersByTimeAsync(31_700);
    expect(startedMs).toEqual([]);
    market.close('1m', BOUNDARY_MS + MINUTE_MS);
    expect(startedMs).toEqual([BOUNDARY_MS + MINUTE_MS + 1700]);
    void clock.stop();
  });

  it('L25: a filter is told which candle must be its newest, so that a missing close is stale and not a verdict', async () => {
    const { screener, pool } = screeningBench([trader('t1')], ['A']);
    await screener.runCycle('1m', BOUNDARY_MS);
    expect(pool.orders[0]?.timeframes[0]?.expectedOpenMs).toBe(BOUNDARY_MS - MINUTE_MS);
  });

  it('L25: a trader that came from the database stops when it is disabled there', async () => {
    const page = testMeter();
    let rows = [traderRow('a'), traderRow('b')];
    const registry = new TraderRegistry();
    const follower = new TraderFollower(
      {
        source: { loadEnabled: async () => rows },
        registry,
        telemetry: new TraderTelemetry(page.meter),
        compile: () => ({ ok: true }),
        log: capturedLog().log,
      },
      { pollMs: 5000, maxCandles: 500 },
    );
    await follower.start();
    rows = [traderRow('b')];
    await jest.advanceTimersByTimeAsync(5000);
    expect(registry.tradersOf('1m').map((live) => live.trader.id)).toEqual(['b']);
    follower.stop();
  });
});
