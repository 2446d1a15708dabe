import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { parse } from '../support/exposition';
import { PRELOAD, withApp } from '../support/preloaded-app';

// The figure holds the noise of the machine too: a measurement that fails is told and taken again, twice at most.
jest.retryTimes(2, { logErrorsBeforeRetry: true });

const NAMES = 200_000;
const PER_20_MS = 400;
const SERIES_PER_METRIC = 2_000;
const MIB = 2 ** 20;

describe('R5: a cardinality attack', () => {
  it(`${NAMES} new names for each of three metrics in a 256 MB heap: limits hold, sums are exact`, async () => {
    const nodeArgs = ['--max-old-space-size=256', '--expose-gc', '--require', PRELOAD];
    await withApp(
      { app: 'attacks-cardinality.js', args: [`${NAMES}`, `${PER_20_MS}`], nodeArgs },
      async (app) => {
        const url = await app.url();
        await app.says('running');
        let [text, largest, scrapes] = ['', 0, 0];
        const scrape = async () => {
          text = await (await fetch(url)).text();
          largest = Math.max(largest, Buffer.byteLength(text));
          scrapes++;
        };
        for (let i = 0; i < 20; i++) await scrape();
        const started = performance.now();
        app.kill('SIGUSR2');
        while (!app.stdout.includes('done') && app.running) await Promise.all([scrape(), sleep(500)]);
        const seconds = (performance.now() - started) / 1_000;
        await scrape();
        const [, json = '{}'] = /done (.*)/.exec(app.stdout) ?? [];
        const { before, after } = JSON.parse(json) as { before: number; after: number };
        const grownMib = (after - before) / MIB;
        const families = parse(text);
        const samples = (name: string, suffix = '') =>
          families
            .find((family) => family.name === name)
            ?.samples.filter((sample) => sample.name === name + suffix) ?? [];
        const sums = [
          samples('attack_traders_total'),
          samples('attack_symbol_seconds', '_count'),
          samples('attack_errors_total'),
        ];
        const most = Math.max(...sums.map(({ length }) => length));
        const all = families
          .flatMap((family) => family.samples)
          .filter(({ labels }) => !('le' in labels)).length;
        console.log(
          `R5: 3 × ${NAMES} names in ${seconds.toFixed(1)} s, ${scrapes} scrapes: ${most} series at most per metric, ${all} in all, page ${(largest / MIB).toFixed(2)} MiB, RSS ${(before / MIB).toFixed(0)} MiB ${grownMib.toFixed(1)} MiB more`,
        );
        expect(most).toBe(SERIES_PER_METRIC);
        expect(all).toBeLessThanOrEqual(20_000);
        expect(largest).toBeLessThanOrEqual(4 * MIB);
        expect(sums.map((some) => some.reduce((sum, { value }) => sum + value, 0))).toEqual([
          NAMES,
          NAMES,
          NAMES,
        ]);
        expect(grownMib).toBeLessThanOrEqual(32);
      },
    );
  }, 120_000);
});
