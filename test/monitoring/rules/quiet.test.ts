/** A machine that is well, is restarted or is replaced wakes nobody. */
import { expect, it } from '@jest/globals';
import { complaints } from '../../fixtures/rules/promtool';
import type { Scenario, SimulatedApp } from '../../fixtures/rules/promtool-scenario';
import {
  healthyPage,
  type Life,
  lastRun,
  type Page,
  type SimulatedTrader,
  signals,
  type Value,
} from '../../fixtures/rules/simulated-page';
import { describeWith } from '../../support/programs';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Five signals at a time, stored with the batch a minute later: a stop flushes what no scrape sees any more. */
function inBatches(traders: readonly SimulatedTrader[]): Page {
  const page: Page = {};
  const made = (trader: SimulatedTrader): Value => {
    const count = signals(trader);
    return (t, life) => 5 * (count(t, life) ?? 0);
  };
  const stored = (trader: SimulatedTrader): Value => {
    const count = made(trader);
    return (t, life) => (t - MINUTE < life.from ? 0 : count(t - MINUTE, life));
  };
  for (const trader of traders) {
    const { id, name } = trader;
    page[`trader_signals_total{trader_id="${id}",trader_name="${name}"}`] = made(trader);
    page[`signals_generated_total{trader_id="${id}",symbol="BTCUSDT"}`] = made(trader);
    page[`signals_persisted_total{trader_id="${id}"}`] = stored(trader);
    page[`trader_symbols_watching{trader_id="${id}"}`] = () => 100;
  }
  page['sync_queue_depth{queue_type="signals"}'] = (t, life) =>
    traders.reduce((sum, one) => sum + made(one)(t, life)! - stored(one)(t, life)!, 0);
  return page;
}

/** Until the history is there nothing runs, and the time of the last run is 0. */
function startedSlowly(traders: readonly SimulatedTrader[]): Page {
  const ranLast = (trader: SimulatedTrader): Value => {
    return (t, life) => (t - life.from < 2 * MINUTE ? 0 : lastRun(trader, t, life));
  };
  return Object.fromEntries(
    traders.map((one) => [`trader_last_execution_timestamp_seconds{trader_id="${one.id}"}`, ranLast(one)]),
  );
}

function fleet(interval: string, at: number, end: number): SimulatedApp[] {
  const traders: SimulatedTrader[] = [
    { id: 'a', name: 'RSI', interval },
    { id: 'b', name: 'Volume', interval },
  ];
  const page = { ...healthyPage(traders), ...inBatches(traders), ...startedSlowly(traders) };
  const life = (instance: string, from: number, until: number): Life => ({ instance, from, until });
  const lives: Record<string, readonly Life[]> = {
    steady: [life('i1', MINUTE, end)],
    restarted: [life('i1', MINUTE, at), life('i1', at + MINUTE, end)],
    replaced: [life('i1', MINUTE, at), life('i2', at + 2 * MINUTE, end)],
    overlapping: [life('i1', MINUTE, at + 2 * MINUTE), life('i2', at, end)],
    doubled: [life('i1', MINUTE, end), life('i2', MINUTE, end)],
  };
  return Object.entries(lives).map(([name, all]) => ({ app: `vyx-${name}`, lives: all, page }));
}

/** promtool holds 10,000 samples of one query at most: an app at a time. */
function quiet(interval: string, at: number, end: number, stepSeconds: number, times: number[]): Scenario[] {
  const expected = new Map(times.map((t) => [t, []]));
  return fleet(interval, at, end).map((app) => {
    return { name: `${interval} ${app.app}`, apps: [app], stepSeconds, spanSeconds: end, expected };
  });
}

describeWith('promtool')(
  'No alert fires for a healthy machine, one restarted, one replaced, two at once',
  () => {
    it('with 1m traders', async () => {
      // A batch is on its way.
      const at = 71.5 * MINUTE;
      const after = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 30, 45, 60, 75].map((m) => at + m * MINUTE);
      const times = [...[2, 5, 10, 20, 61, 69].map((m) => m * MINUTE), ...after];
      expect(await complaints(quiet('1m', at, 150 * MINUTE, 30, times), 60)).toBe('');
    }, 120_000);

    it('with 1d traders', async () => {
      const at = 4 * DAY + 13 * HOUR;
      const after = [0.1, 0.2, 0.5, 1, 2, 5, 10, 12, 20, 26].map((h) => at + h * HOUR);
      const times = [...[1, 2, 3, 4].map((d) => d * DAY), ...after].map((t) => Math.round(t / 360) * 360);
      expect(await complaints(quiet('1d', at, 6 * DAY, 240, times).slice(1), 7200)).toBe('');
    }, 120_000);
  },
);
