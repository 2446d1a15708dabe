import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from '@jest/globals';
import type { ObservableCallback } from '@opentelemetry/api';
import { ALERTS } from '../../monitoring/rules/alerts';
import { scenarioOf } from '../fixtures/rules/fault';
import { PROCESS_FAULTS } from '../fixtures/rules/machine-faults';
import { complaints } from '../fixtures/rules/promtool';
import { testPipeline } from '../support/metrics-pipeline';
import { describeWith } from '../support/programs';
import { Scraper, type Target } from '../support/scrapers';

/** [callback, whether the application still has something to show] */
const FAULTS: Readonly<Record<string, readonly [ObservableCallback, boolean]>> = {
  throws: [
    () => {
      throw new Error('no');
    },
    false,
  ],
  rejects: [
    async () => {
      throw new Error('no');
    },
    false,
  ],
  rejects_undefined: [() => Promise.reject(undefined), false],
  rejects_a_symbol: [() => Promise.reject(Symbol('no')), false],
  hangs: [() => new Promise(() => {}), false],
  observes_late: [
    (result) => new Promise((resolve) => setTimeout(() => resolve(result.observe(1)), 700)),
    false,
  ],
  observes_then_throws: [
    (result) => {
      result.observe(1);
      throw new Error('late');
    },
    true,
  ],
  blocks: [
    (result) => {
      for (const end = performance.now() + 100; performance.now() < end; );
      result.observe(1);
    },
    true,
  ],
};

const stops: (() => unknown)[] = [];

afterAll(async () => {
  for (const stop of stops) await stop();
});

/** An application with one faulty callback and, if wanted, a sound one beside it. */
async function serve(page: string, fault: ObservableCallback, sound: boolean): Promise<Target> {
  const { meter, endpoint } = testPipeline({ collectTimeoutMs: 500 });
  meter.createObservableGauge('faulty').addCallback(fault);
  if (sound) meter.createObservableGauge('sound').addCallback((result) => result.observe(1));
  stops.push(() => endpoint.stop());
  endpoint.start();
  while (endpoint.address() === undefined) await setImmediate();
  return { page, address: `127.0.0.1:${endpoint.address()?.port}`, path: '/metrics' };
}

async function collectTargets(): Promise<{ targets: Target[]; expectUp: Map<string, number> }> {
  const targets: Target[] = [];
  const expectUp = new Map<string, number>();
  for (const [name, [fault, shows]] of Object.entries(FAULTS))
    for (const sound of [true, false]) {
      const page = `${name}${sound ? '_beside_a_sound_one' : ''}`;
      targets.push(await serve(page, fault, sound));
      expectUp.set(page, sound || shows ? 1 : 0);
    }
  return { targets, expectUp };
}

describeWith('victoria-metrics')('R3: the status tells the truth', () => {
  it(`${Object.keys(FAULTS).length} faults of callbacks × Prometheus and VictoriaMetrics: never up with nothing of the application`, async () => {
    const { targets, expectUp } = await collectTargets();
    for (const program of ['prometheus', 'victoria-metrics'] as const) {
      const scraper = await Scraper.start(program, targets);
      stops.push(() => scraper.stop());
      await scraper.scraped(targets.length);
      // A second round: a callback that still hangs from the first, a page from before.
      await sleep(2_500);
      const [up, samples, faulty, sound, errors] = await Promise.all(
        ['up', 'scrape_samples_scraped', 'faulty', 'sound', 'metrics_scrape_errors_total'].map((metric) =>
          scraper.values(metric),
        ),
      );
      const silent = targets.filter(({ page }) => up?.get(page) === 1 && !((samples?.get(page) ?? 0) > 0));
      const nothing = targets.filter(
        ({ page }) => up?.get(page) === 1 && !faulty?.has(page) && !sound?.has(page),
      );
      const uncounted = targets.filter(
        ({ page }) =>
          expectUp.get(page) === 1 && !page.startsWith('blocks') && !((errors?.get(page) ?? 0) > 0),
      );
      console.log(
        `R3: ${program}: ${Object.keys(FAULTS).length} faults, total and partial: up 1 with 0 samples ${silent.length} times, up 1 without the application ${nothing.length} times, uncounted failures ${uncounted.length}`,
      );
      expect({ silent, nothing, uncounted }).toEqual({ silent: [], nothing: [], uncounted: [] });
      expect(Object.fromEntries(up ?? [])).toEqual(Object.fromEntries(expectUp));
    }
  }, 120_000);
});

describeWith('promtool')('R3: the alert on silence', () => {
  it('fires when a scrape fails, brings nothing or does not happen, and not otherwise', async () => {
    const rule = ALERTS.find(({ name }) => name === 'ScrapeFailing')!;
    const silences = PROCESS_FAULTS.filter(({ alert }) => alert === rule.name);
    expect(silences.length).toBeGreaterThanOrEqual(4);
    for (const silence of silences) expect(await complaints([scenarioOf(silence, rule.expr)], 60)).toBe('');
  });
});
