/** A machine that is well, is restarted or is replaced wakes nobody. */
import { expect, it } from '@jest/globals';
import { complaints } from '../../fixtures/rules/promtool';
import type { Scenario, SimulatedApp } from '../../fixtures/rules/promtool-scenario';
import { healthyPage, type Life, type SimulatedTrader } from '../../fixtures/rules/simulated-page';
import { describeWith } from '../../support/programs';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function fleet(interval: string, at: number, end: number): SimulatedApp[] {
  const traders: SimulatedTrader[] = [
    { id: 'a', name: 'RSI', interval },
    { id: 'b', name: 'Volume', interval },
  ];
  const page = healthyPage(traders);
  const life = (instance: string, from: number, until: number): Life => ({ instance, from, until });
  const lives: Record<string, readonly Life[]> = {
    steady: [life('i1', MINUTE, end)],
    restarted: [life('i1', MINUTE, at), life('i1', at + MINUTE, end)],
    'restarted-at-once': [life('i1', MINUTE, at), life('i1', at, end)],
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
      const at = 70 * MINUTE;
      const after = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 30, 45, 60, 75].map((m) => at + m * MINUTE);
      const times = [...[2, 5, 10, 20, 61, 69].map((m) => m * MINUTE), ...after];
      expect(await complaints(quiet('1m', at, 150 * MINUTE, 30, times), 60)).toBe('');
    }, 120_000);

    it('with 1d traders', async () => {
      const at = 4 * DAY + 13 * HOUR;
      const after = [0.1, 0.2, 0.5, 1, 2, 5, 10, 12, 20, 26].map((h) => at + h * HOUR);
      const times = [...[1, 2, 3, 4].map((d) => d * DAY), ...after].map((t) => Math.round(t / 360) * 360);
      expect(await complaints(quiet('1d', at, 6 * DAY, 240, times).slice(2), 7200)).toBe('');
    }, 120_000);
  },
);
