import { describe, expect, it } from '@jest/globals';
import { SELF_METRICS } from '../../../instrumentation/metrics/catalogue';
import { contract } from '../../support/contract';
import { testPipeline } from '../../support/metrics-pipeline';

const OWN = /^(metrics_|telemetry_|spans_)/;
const agreed = contract().filter(({ name }) => OWN.test(name));
const shapeOf = (metric: { name: string; type: string; when: string }, labels: readonly string[]) => ({
  name: metric.name,
  type: metric.type,
  when: metric.when,
  labels: [...labels].sort(),
});
const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);

describe('telemetry’s own metrics', () => {
  it('are those of the contract, in both directions', () => {
    expect(SELF_METRICS.map((metric) => shapeOf(metric, Object.keys(metric.labels))).sort(byName)).toEqual(
      agreed.map((metric) => shapeOf(metric, metric.labels)).sort(byName),
    );
  });

  it('have the contract’s unit and closed values where it gives them', () => {
    for (const { name, unit, closed } of agreed) {
      const own = SELF_METRICS.find((metric) => metric.name === name);
      if (unit !== undefined) expect(own?.unit).toBe(unit);
      for (const [label, values] of Object.entries(closed)) expect(own?.labels[label]).toEqual(values);
    }
  });

  it('are all on the very first page, closed label values included', async () => {
    const families = await testPipeline().parsed();
    for (const metric of SELF_METRICS.filter(({ when }) => when === 'always')) {
      const family = families.find(({ name }) => name === metric.name);
      expect({ name: metric.name, type: family?.type, help: family?.help }).toEqual({
        name: metric.name,
        type: metric.type,
        help: metric.help,
      });
      const series = Object.values(metric.labels).reduce((product, values) => product * values.length, 1);
      if (metric.type !== 'histogram') expect(family?.samples.length).toBe(series);
    }
  });
});
