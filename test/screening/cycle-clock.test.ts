import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Interval } from '../../src/market/interval';
import { CycleClock } from '../../src/screening/cycle-clock';
import { FilterTelemetry } from '../../src/telemetry/filter-telemetry';
import { TraderTelemetry } from '../../src/telemetry/trader-telemetry';
import { TraderRegistry } from '../../src/traders/registry';
import type { Trader } from '../../src/traders/trader';
import { capturedLog } from '../support/captured-log';
import { testMeter } from '../support/metrics';
import { BOUNDARY_MS, FakeMarket, MINUTE_MS } from '../support/screening';
import { trader } from '../support/traders';

/** A clock at half a minute past twelve; cycles are written down as `1m 12:00` and end when the test says. */
function clockAt(startMs = BOUNDARY_MS + 30_000, traders: Trader[] = []) {
  jest.setSystemTime(startMs);
  const market = new FakeMarket(['A', 'B']);
  const registry = new TraderRegistry();
  registry.replaceAll(traders);
  const page = testMeter();
  const { log, lines } = capturedLog();
  const cycles: string[] = [];
  const state = { slow: false, end: [] as (() => void)[], fail: false };
  const runCycle = (interval: Interval, boundaryMs: number) => {
    cycles.push(`${interval} ${new Date(boundaryMs).toISOString().slice(11, 16)}`);
    if (state.fail) return Promise.reject(new Error('no market'));
    return state.slow ? new Promise<void>((resolve) => state.end.push(resolve)) : Promise.resolve();
  };
  const telemetry = new FilterTelemetry(page.meter, new TraderTelemetry(page.meter));
  const clock = new CycleClock({ market, registry, runCycle, telemetry, log });
  clocks.push(clock);
  const overruns = (interval: string) => page.value('screening_overruns_total', { interval });
  const news = () => cycles.splice(0);
  return { clock, market, cycles, news, state, overruns, lines };
}

const clocks: CycleClock[] = [];
const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);
const NEXT = BOUNDARY_MS + MINUTE_MS;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
});
afterEach(() => {
  for (const clock of clocks.splice(0)) void clock.stop();
  jest.useRealTimers();
});

describe('CycleClock', () => {
  it('screens the last boundary at once when it starts on complete data', () => {
    const { clock, market, news } = clockAt();
    market.close('1m', BOUNDARY_MS);
    clock.start(['1m']);
    expect(news()).toEqual(['1m 12:00']);
  });

  it('screens it after the grace when some of the data is not there', async () => {
    const { clock, market, news } = clockAt();
    market.close('1m', BOUNDARY_MS, 1);
    clock.start(['1m']);
    await pass(2800);
    expect(news()).toEqual([]);
    await pass(300);
    expect(news()).toEqual(['1m 12:00']);
  });

  it('does not take an interval without a single series for complete', async () => {
    const { clock, market, news } = clockAt();
    market.closesAt = () => ({ expected: 0, arrived: 0 });
    clock.start(['1m']);
    await pass(2900);
    expect(news()).toEqual([]);
    await pass(200);
    expect(news()).toEqual(['1m 12:00']);
  });

  it('starts a cycle with the close that completes its boundary', async () => {
    const { clock, market, news } = clockAt();
    clock.start(['1m']);
    await pass(30_000);
    news();
    market.close('1m', NEXT, 1);
    expect(news()).toEqual([]);
    market.close('1m', NEXT, 2);
    expect(news()).toEqual(['1m 12:01']);
  });

  it('starts 3 s after the boundary without the closes that are missing, and once only when they come', async () => {
    const { clock, market, news } = clockAt();
    clock.start(['1m']);
    await pass(30_000);
    news();
    market.close('1m', NEXT, 1);
    await pass(2900);
    expect(news()).toEqual([]);
    await pass(100);
    expect(news()).toEqual(['1m 12:01']);
    market.close('1m', NEXT, 2);
    market.close('1m', NEXT, 2);
    await pass(5000);
    expect(news()).toEqual([]);
  });

  it('runs each interval at its own boundaries', async () => {
    const { clock, news } = clockAt(BOUNDARY_MS + 30_000);
    clock.start(['1m', '5m']);
    await pass(5 * MINUTE_MS);
    const all = news();
    expect(all.filter((cycle) => cycle.startsWith('5m'))).toEqual(['5m 12:00', '5m 12:05']);
    expect(all.filter((cycle) => cycle.startsWith('1m'))).toEqual(
      ['00', '01', '02', '03', '04', '05'].map((minute) => `1m 12:${minute}`),
    );
  });

  it('waits, where its traders also read a longer interval, for that one’s closes too', async () => {
    const reads5m = trader('a', { refreshInterval: '1m', requiredTimeframes: ['1m', '5m'] });
    const { clock, market, news } = clockAt(BOUNDARY_MS + 4 * MINUTE_MS + 30_000, [reads5m]);
    clock.start(['1m']);
    await pass(30_000);
    news();
    market.close('1m', BOUNDARY_MS + 5 * MINUTE_MS);
    expect(news()).toEqual([]);
    market.close('5m', BOUNDARY_MS + 5 * MINUTE_MS);
    expect(news()).toEqual(['1m 12:05']);
    await pass(MINUTE_MS - 1000);
    market.close('1m', BOUNDARY_MS + 6 * MINUTE_MS);
    expect(news()).toEqual(['1m 12:06']);
  });

  it('takes up only the newest boundary after a sleep', async () => {
    const { clock, news } = clockAt();
    clock.start(['1m']);
    await pass(5000);
    news();
    jest.setSystemTime(BOUNDARY_MS + 8 * 3600_000 + 10_000);
    await pass(1000);
    expect(news()).toEqual(['1m 20:00']);
  });

  it('never screens a boundary twice when the clock is set back', async () => {
    const { clock, news } = clockAt();
    clock.start(['1m']);
    await pass(2 * MINUTE_MS);
    expect(news()).toEqual(['1m 12:00', '1m 12:01', '1m 12:02']);
    jest.setSystemTime(BOUNDARY_MS + 20_000);
    await pass(4 * MINUTE_MS);
    expect(news()).toEqual(['1m 12:03', '1m 12:04']);
  });

  it('believes closes that arrive while its own clock is still behind the boundary', async () => {
    const { clock, market, news } = clockAt();
    clock.start(['1m']);
    await pass(25_000);
    news();
    market.close('1m', NEXT);
    expect(news()).toEqual(['1m 12:01']);
    await pass(10_000);
    expect(news()).toEqual([]);
  });

  it('does not go back to an older boundary whose last close comes late', async () => {
    const { clock, market, news } = clockAt();
    clock.start(['1m']);
    await pass(5000);
    news();
    market.close('1m', BOUNDARY_MS - MINUTE_MS);
    expect(news()).toEqual([]);
  });

  it('skips and counts a boundary whose predecessor still runs, and goes on with the next', async () => {
    const { clock, news, state, overruns, lines } = clockAt();
    state.slow = true;
    clock.start(['1m']);
    expect(await overruns('1m')).toBe(0);
    await pass(5000 + MINUTE_MS);
    expect(news()).toEqual(['1m 12:00']);
    expect(await overruns('1m')).toBe(1);
    expect(lines('warn')).toEqual([
      expect.stringContaining('The 1m cycle of 2026-11-21T12:01:00.000Z is skipped'),
    ]);
    state.end.shift()?.();
    await pass(MINUTE_MS);
    expect(news()).toEqual(['1m 12:02']);
    expect(await overruns('1m')).toBe(1);
  });

  it('lets a cycle that ends within the grace be followed by the next one instead of counting an overrun', async () => {
    const { clock, market, news, state, overruns } = clockAt();
    state.slow = true;
    clock.start(['1m']);
    await pass(30_000);
    news();
    market.close('1m', NEXT);
    await pass(1000);
    state.end.shift()?.();
    await pass(200);
    expect(news()).toEqual(['1m 12:01']);
    expect(await overruns('1m')).toBe(0);
  });

  it('gives an interval that comes later its first cycle, and one that leaves no more', async () => {
    const { clock, market, news, overruns } = clockAt();
    market.close('1m', BOUNDARY_MS);
    market.close('5m', BOUNDARY_MS);
    clock.start(['1m']);
    news();
    clock.follow(['1m', '5m']);
    expect(news()).toEqual(['5m 12:00']);
    expect(await overruns('5m')).toBe(0);
    clock.follow(['5m']);
    await pass(MINUTE_MS);
    expect(news()).toEqual([]);
    clock.follow(['1m', '5m']);
    await pass(MINUTE_MS);
    expect(news().filter((cycle) => cycle === '1m 12:00')).toEqual([]);
  });

  it('starts one-second cycles within their second', async () => {
    const { clock, news } = clockAt(BOUNDARY_MS);
    clock.start(['1s']);
    await pass(10_000);
    expect(news().length).toBeGreaterThanOrEqual(9);
  });

  it('survives a cycle that rejects', async () => {
    const { clock, news, state, lines } = clockAt();
    state.fail = true;
    clock.start(['1m']);
    await pass(35_000);
    expect(news()).toEqual(['1m 12:00', '1m 12:01']);
    expect(lines('error')[0]).toBe('Failed: the 1m screening cycle was lost');
  });

  it('starts nothing after stop, waits for what runs, and lets go of market and timer', async () => {
    const { clock, market, news, state } = clockAt();
    const timersBefore = jest.getTimerCount();
    state.slow = true;
    market.close('1m', BOUNDARY_MS);
    clock.start(['1m']);
    let stopped = false;
    const stopping = clock.stop().then(() => {
      stopped = true;
    });
    await pass(2 * MINUTE_MS);
    expect(news()).toEqual(['1m 12:00']);
    expect(stopped).toBe(false);
    state.end.shift()?.();
    await stopping;
    expect(jest.getTimerCount()).toBe(timersBefore);
    expect(market.listenerCount()).toBe(0);
  });
});
