import { describe, expect, it } from '@jest/globals';
import type { Attributes, Meter } from '@opentelemetry/api';
import { testPipeline } from '../../support/metrics-pipeline';

const SEED = Number(process.env.FUZZ_SEED ?? 20261121);
const PAGES = 400;
const RECORDS_PER_PAGE = 40;

/** mulberry32 */
function generator(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const TOKENS = [...'abZ_.-09"\\\n\r\t\0{},=# é比'].concat(
  '🚀',
  '\ud800',
  '\u2028',
  'le',
  '__',
  '%',
  'quantile',
);

function fuzzer(seed: number) {
  const below = generator(seed);
  const pick = <Item>(items: readonly Item[]) => items[below(items.length)] as Item;
  const text = () => Array.from({ length: below(8) }, () => pick(TOKENS)).join('');
  const values: (() => unknown)[] = [
    text,
    text,
    text,
    () => below(100),
    () => true,
    () => null,
    () => undefined,
    () => [text()],
    () => ({ [text()]: text() }),
    () => BigInt(below(9)),
    () => Symbol(text()),
    () => () => {},
    () => Number.NaN,
    () =>
      new Proxy(
        {},
        {
          get() {
            throw new Error('trap');
          },
        },
      ),
  ];
  const attributes = () => {
    const bag = Object.fromEntries(Array.from({ length: below(4) }, () => [text(), pick(values)()]));
    return (below(3) === 0 ? Object.freeze(bag) : bag) as Attributes;
  };
  const numbers = [
    0,
    -0,
    1,
    -5,
    1e308,
    5e-324,
    2 ** 53 + 1,
    Number.NaN,
    Infinity,
    -Infinity,
    '7',
    null,
    1n,
    {},
    true,
  ];
  const name = () =>
    below(4) === 0 ? text() : pick(['a.b', 'a_b', 'c', 'c_total', 'h', 'h_count', 'h_sum', 'H']);
  const options = () => ({
    description: text(),
    unit: text(),
    advice: { explicitBucketBoundaries: [pick(numbers), 2, 1] },
  });
  return { below, attributes, number: () => pick(numbers) as number, name, options };
}

function attack(meter: Meter, fuzz: ReturnType<typeof fuzzer>): void {
  const [name, options] = [fuzz.name(), fuzz.options() as never];
  const calls = [
    () => meter.createCounter(name, options).add(fuzz.number(), fuzz.attributes()),
    () => meter.createUpDownCounter(name, options).add(fuzz.number(), fuzz.attributes()),
    () => meter.createGauge(name, options).record(fuzz.number(), fuzz.attributes()),
    () => meter.createHistogram(name, options).record(fuzz.number(), fuzz.attributes()),
    () =>
      meter
        .createObservableGauge(name, options)
        .addCallback((result) => result.observe(fuzz.number(), fuzz.attributes())),
    () =>
      meter
        .createObservableCounter(name, options)
        .addCallback((result) => result.observe(fuzz.number(), fuzz.attributes())),
    () =>
      meter
        .createObservableUpDownCounter(name, options)
        .addCallback((result) => result.observe(fuzz.number(), fuzz.attributes())),
  ];
  calls[fuzz.below(calls.length)]?.();
}

describe('hostile input', () => {
  it(`R1, R2: ${PAGES * RECORDS_PER_PAGE} fuzzed records throw nothing and give ${PAGES} of ${PAGES} valid pages`, async () => {
    const counts = { thrown: 0, invalid: 0, samples: 0 };
    for (let page = 0; page < PAGES; page++) {
      const fuzz = fuzzer(SEED + page);
      const { meter, parsed } = testPipeline();
      for (let i = 0; i < RECORDS_PER_PAGE; i++) {
        try {
          attack(meter, fuzz);
        } catch {
          counts.thrown++;
        }
      }
      try {
        counts.samples += (await parsed()).reduce((sum, family) => sum + family.samples.length, 0);
      } catch (error) {
        counts.invalid++;
        console.error(`seed ${SEED + page}: ${(error as Error).message}`);
      }
    }
    console.log(`fuzz seed ${SEED}: ${JSON.stringify(counts)}`);
    expect(counts).toEqual({ thrown: 0, invalid: 0, samples: expect.any(Number) });
    expect(counts.samples).toBeGreaterThan(PAGES * 25);
  });
});
