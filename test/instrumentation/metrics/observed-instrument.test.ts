import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AttributeGuard } from '../../../instrumentation/metrics/attribute-guard';
import { sampleLines } from '../../../instrumentation/metrics/exposition';
import { ObservedInstrument } from '../../../instrumentation/metrics/observed-instrument';
import { OVERFLOW, SeriesGuard } from '../../../instrumentation/metrics/series-guard';

const LIMIT = 6;
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
/** Two frozen objects for each label set, so that identity and equality come apart; and one that is not frozen. */
const FROZEN = [0, 1].map(() => NAMES.map((name) => Object.freeze({ name })));
const sources = (kind: number, index: number) => FROZEN[kind]?.[index] ?? { name: NAMES[index] };

const observation = fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: NAMES.length - 1 }), fc.nat({ max: 99 }));
const collections = fc.array(fc.array(observation, { maxLength: 12 }), { minLength: 2, maxLength: 6 });

function instrument(type: 'counter' | 'gauge') {
  const rejections = { refused: 0, overflowed: 0 };
  const counting = {
    rejected: () => void rejections.refused++,
    overflowed: () => void rejections.overflowed++,
  };
  const guard = new SeriesGuard('m', LIMIT, new AttributeGuard(counting), counting);
  const observed = new ObservedInstrument({ name: 'm', help: '', unit: '', type }, guard);
  return { observed, rejections };
}

function shown(observed: ObservedInstrument): [string, number][] {
  const family = observed.family();
  const { labels, values } = family;
  expect(values.length).toBe(labels.length);
  // What it keeps of earlier pages must not show on this one.
  const written = sampleLines(family, 0, labels.length);
  expect(written).toBe(sampleLines({ ...family, heads: [] }, 0, labels.length));
  return labels.map(({ text }, row) => [text, values[row] ?? Number.NaN]);
}

/** What a page must show of one collection, written down without any memory of others. */
function expected(type: 'counter' | 'gauge', observations: readonly [number, number, number][]) {
  const series = new Map<string, number>();
  for (const [, index, value] of observations) {
    const text = `name="${NAMES[index]}"`;
    const own = series.size - (series.has(OVERFLOW.text) ? 1 : 0);
    if (series.has(text) || own < LIMIT - 1) series.set(text, value);
    else if (type === 'counter') series.set(OVERFLOW.text, (series.get(OVERFLOW.text) ?? 0) + value);
  }
  return [...series];
}

describe('an observed instrument', () => {
  it.each(['counter', 'gauge'] as const)(
    'shows, as a %s, what was observed in this collection, whatever came before and in whatever order',
    (type) => {
      fc.assert(
        fc.property(collections, (rounds) => {
          const { observed } = instrument(type);
          let [before, version] = ['[]', observed.version];
          for (const observations of rounds) {
            observed.startOver();
            for (const [kind, index, value] of observations) observed.observe(value, sources(kind, index));
            const series = shown(observed);
            expect(series).toEqual(expected(type, observations));
            const names = JSON.stringify(series.map(([text]) => text));
            if (names !== before) expect(observed.version).not.toBe(version);
            [before, version] = [names, observed.version];
          }
        }),
        { numRuns: 500 },
      );
    },
  );

  it('reads the labels of a frozen object once', () => {
    const { observed } = instrument('gauge');
    const hidden = NAMES.slice(0, 3).map((name) => {
      let reads = 0;
      const labels = Object.freeze({
        get name() {
          reads++;
          return name;
        },
      });
      return { labels, reads: () => reads };
    });
    for (let collection = 0; collection < 3; collection++) {
      observed.startOver();
      for (const { labels } of hidden) observed.observe(collection, labels);
      expect(shown(observed)).toEqual(NAMES.slice(0, 3).map((name) => [`name="${name}"`, collection]));
    }
    const reads = hidden.map((one) => one.reads());
    observed.startOver();
    for (const { labels } of hidden) observed.observe(9, labels);
    expect(hidden.map((one) => one.reads())).toEqual(reads);
  });

  it('counts each refusal of a label, however often its object comes', () => {
    const { observed, rejections } = instrument('gauge');
    const labels = Object.freeze({ name: 'a', bad: Symbol() });
    for (let collection = 0; collection < 3; collection++) {
      observed.startOver();
      observed.observe(1, labels);
    }
    expect(rejections.refused).toBe(3);
  });
});
