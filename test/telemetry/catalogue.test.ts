import { describe, expect, it } from '@jest/globals';
import { INTERVALS } from '../../src/market/interval';
import { CATALOGUE } from '../../src/telemetry/catalogue';
import { OPEN } from '../../src/telemetry/metric';
import { contract } from '../support/contract';

const agreed = new Map(contract().map((metric) => [metric.name, metric]));

describe('the catalogue', () => {
  it('holds no metric twice', () => {
    expect(new Set(CATALOGUE.map((metric) => metric.name)).size).toBe(CATALOGUE.length);
  });

  it.each(CATALOGUE.map((metric) => [metric.name, metric] as const))(
    '%s is what the contract says',
    (name, metric) => {
      const promised = agreed.get(name);
      expect(promised).toBeDefined();
      const closed = Object.entries(metric.labels).filter(([, values]) => values !== OPEN);
      expect({
        type: metric.type,
        labels: Object.keys(metric.labels).sort(),
        when: metric.when,
        unit: metric.unit === '' ? undefined : metric.unit,
        closed: Object.fromEntries(closed.map(([label, values]) => [label, [...values].sort()])),
      }).toEqual({
        type: promised?.type,
        labels: [...(promised?.labels ?? [])].sort(),
        when: promised?.when,
        unit: promised?.unit,
        closed: Object.fromEntries(
          Object.entries(promised?.closed ?? {}).map(([label, values]) => [label, [...values].sort()]),
        ),
      });
      if (promised?.buckets) expect(metric.buckets).toEqual(promised.buckets);
    },
  );

  it('gives every metric a help text of one line and every histogram ascending, finite buckets', () => {
    for (const metric of CATALOGUE) {
      expect(metric.help).toMatch(/^[^\n]{10,120}$/);
      if (metric.type !== 'histogram') expect(metric.buckets).toBeUndefined();
      else expect([...(metric.buckets ?? [Number.NaN])].sort((a, b) => a - b)).toEqual(metric.buckets);
    }
  });

  it('never uses a label that Fly overwrites', () => {
    const reserved = ['app', 'region', 'host', 'instance', 'job', 'le', 'quantile'];
    expect(
      CATALOGUE.flatMap((metric) => Object.keys(metric.labels)).filter((label) => reserved.includes(label)),
    ).toEqual([]);
  });
});

it('the contract’s intervals are the exchange’s', () => {
  expect([...INTERVALS]).toEqual([
    '1s',
    '1m',
    '3m',
    '5m',
    '15m',
    '30m',
    '1h',
    '2h',
    '4h',
    '6h',
    '8h',
    '12h',
    '1d',
    '3d',
    '1w',
    '1M',
  ]);
});
