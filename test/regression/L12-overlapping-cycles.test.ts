import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Interval } from '../../src/market/interval';
import { CycleClock } from '../../src/screening/cycle-clock';
import { FilterTelemetry } from '../../src/telemetry/filter-telemetry';
import { TraderTelemetry } from '../../src/telemetry/trader-telemetry';
import { TraderRegistry } from '../../src/traders/registry';
import { capturedLog } from '../support/captured-log';
import { testMeter } from '../support/metrics';
import { BOUNDARY_MS, FakeMarket, MINUTE_MS } from '../support/screening';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'], now: BOUNDARY_MS + 10_000 });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('L12: cycles that take longer than their interval', () => {
  it('L12: never overlap; each boundary is either screened or counted as an overrun', async () => {
    const page = testMeter();
    const running: Record<string, number> = {};
    let [cycles, most] = [0, 0];
    const runCycle = async (interval: Interval) => {
      cycles++;
      running[interval] = (running[interval] ?? 0) + 1;
      most = Math.max(most, running[interval]);
      await new Promise((resolve) => setTimeout(resolve, 2.5 * MINUTE_MS));
      running[interval]--;
    };
    const clock = new CycleClock({
      market: new FakeMarket(['A']),
      registry: new TraderRegistry(),
      runCycle,
      telemetry: new FilterTelemetry(page.meter, new TraderTelemetry(page.meter)),
      log: capturedLog().log,
    });
    clock.start(['1m']);
    const boundaries = 31;
    await jest.advanceTimersByTimeAsync((boundaries - 1) * MINUTE_MS);
    expect(most).toBe(1);
    const overruns = (await page.value('screening_overruns_total', { interval: '1m' })) ?? 0;
    expect(overruns).toBeGreaterThan(0);
    expect(cycles + overruns).toBe(boundaries);
    void clock.stop();
  });
});
