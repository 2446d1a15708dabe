import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Slices } from '../../../instrumentation/metrics/slices';
import { parse, seriesValue } from '../../support/exposition';
import { testPipeline } from '../../support/metrics-pipeline';

const SERIES = 9_000;

describe('a large page', () => {
  it('leaves the event loop to others while it is written, and shows values of one turn all the same', async () => {
    const { meter, page } = testPipeline({ collectTimeoutMs: 60_000 });
    const labels = Array.from({ length: SERIES }, (_, index) => Object.freeze({ index: `${index}` }));
    let state = 0;
    for (const name of ['first', 'second', 'third'])
      meter.createObservableGauge(name).addCallback((result) => {
        for (const attributes of labels) result.observe(state, attributes);
      });
    const generated = meter.createCounter('generated_total');
    const persisted = meter.createCounter('persisted_total');
    let [turns, over] = [0, false];
    const application = (async () => {
      while (!over) {
        turns++;
        state++;
        generated.add(1);
        persisted.add(1);
        await turn();
      }
    })();
    const before = turns;
    const text = `${await page.render()}`;
    const meanwhile = turns - before;
    over = true;
    await application;
    const families = parse(text);
    console.log(`${3 * SERIES} series: the application had ${meanwhile} turns meanwhile`);
    expect(meanwhile).toBeGreaterThan(3);
    expect(seriesValue(families, 'generated_total')).toBe(seriesValue(families, 'persisted_total'));
    const states = ['first', 'second', 'third'].flatMap(
      (name) => families.find((family) => family.name === name)?.samples.map(({ value }) => value) ?? [],
    );
    expect(states.length).toBe(3 * SERIES);
    expect(new Set(states).size).toBe(1);
  });
});

describe('slices', () => {
  it('give the loop away only while there is patience left', async () => {
    const slices = new Slices(20);
    const busy = () => {
      const until = performance.now() + 15;
      while (performance.now() < until);
    };
    let turns = 0;
    for (; turns < 100; turns++) {
      const until = performance.now() + 30;
      while (!slices.over && performance.now() < until);
      if (!slices.over) break;
      setImmediate(busy);
      await slices.next();
    }
    expect(turns).toBeGreaterThan(0);
    expect(turns).toBeLessThan(3);
  });
});
