/** A strict reader of OpenMetrics 1.0 text. */
import type { Labels } from './exposition';

export interface ReadExemplar {
  readonly labels: Labels;
  readonly value: number;
  /** Epoch seconds. */
  readonly timestamp: number | undefined;
}

export interface OpenSample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
  readonly timestamp: number | undefined;
  readonly exemplar: ReadExemplar | undefined;
}

export interface OpenFamily {
  readonly name: string;
  readonly type: string;
  readonly unit: string;
  readonly help: string;
  readonly samples: readonly OpenSample[];
}

interface Draft {
  readonly name: string;
  type?: string;
  unit?: string;
  help?: string;
  readonly samples: OpenSample[];
}

const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total', '_created'],
  histogram: ['_count', '_sum', '_bucket', '_created'],
  gaugehistogram: ['_gcount', '_gsum', '_bucket'],
  summary: ['', '_count', '_sum', '_created'],
  info: ['_info'],
  gauge: [''],
  stateset: [''],
  unknown: [''],
};
/** Samples that only count up from zero. */
const COUNTING = ['_total', '_sum', '_count', '_bucket', '_gcount'];
const MOST_EXEMPLAR_CHARACTERS = 128;

const PAIR = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\]|\\\\.)*"';
const SET = `\\{((?:${PAIR}(?:,${PAIR})*)?)\\}`;
const SAMPLE = new RegExp(
  `^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:${SET})? ([^ ]+)(?: ([^ #]+))?(?: # ${SET} ([^ ]+)(?: ([^ ]+))?)?$`,
  's',
);
const METADATA = /^# (HELP|TYPE|UNIT) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/s;
const REAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function fail(reason: string): never {
  throw new Error(reason);
}

function real(text: string): number {
  return REAL.test(text) ? Number(text) : fail(`not a number: ${text}`);
}

function number(text: string): number {
  const special = /^([+-]?)(?:inf|infinity)$/i.exec(text);
  if (special) return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^[+-]?nan$/i.test(text) ? Number.NaN : real(text);
}

function unescaped(text: string): string {
  return text.replace(/\\(["\\n])/g, (_, char: string) => (char === 'n' ? '\n' : char));
}

function labelsOf(text: string | undefined): Labels {
  const labels: Record<string, string> = {};
  for (const [, name = '', value = ''] of (text ?? '').matchAll(/([a-zA-Z0-9_]+)="((?:[^"\\]|\\.)*)"/gs)) {
    if (name in labels) fail(`label twice: ${name}`);
    labels[name] = unescaped(value);
  }
  return labels;
}

function sampleOf(line: string): OpenSample {
  const [, name, own, value, timestamp, shown, shownValue, shownTime] = SAMPLE.exec(line) ?? [];
  if (name === undefined || value === undefined) fail('neither metadata nor a sample');
  const time = (text: string | undefined) => (text === undefined ? undefined : real(text));
  const sample = { name, labels: labelsOf(own), value: number(value), timestamp: time(timestamp) };
  if (shownValue === undefined) return { ...sample, exemplar: undefined };
  const labels = labelsOf(shown);
  const characters = Object.entries(labels).flat().join('');
  if ([...characters].length > MOST_EXEMPLAR_CHARACTERS) fail('an exemplar with too long labels');
  return { ...sample, exemplar: { labels, value: number(shownValue), timestamp: time(shownTime) } };
}

/** The labels that tell one metric of a family from another. */
function groupOf({ name, type = '' }: Draft, sample: OpenSample): string {
  if (type === 'info') return '';
  const inside = { summary: 'quantile', stateset: name, histogram: 'le', gaugehistogram: 'le' }[type];
  const pairs = Object.entries(sample.labels).filter(([label]) => label !== inside);
  return JSON.stringify(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
}

class Reader {
  readonly families: OpenFamily[] = [];
  readonly #names = new Set<string>();
  readonly #series = new Set<string>();
  #current: Draft | undefined;
  #group: { readonly key: string; timestamp: number | undefined } | undefined;
  #groups = new Set<string>();

  metadata(line: string): void {
    const [, kind, name = '', text = ''] = METADATA.exec(line) ?? fail('bad metadata');
    if (this.#current?.name !== name) this.#open(name);
    const family = this.#current as Draft;
    if (family.samples.length > 0) fail('metadata after samples');
    const key = kind?.toLowerCase() as 'help' | 'type' | 'unit';
    if (family[key] !== undefined) fail(`a second ${kind}`);
    if (key === 'type' && !(text in SUFFIXES)) fail(`unknown type ${text}`);
    family[key] = key === 'help' ? unescaped(text) : text;
  }

  sample(line: string): void {
    const sample = sampleOf(line);
    const owned = SUFFIXES[this.#current?.type ?? 'unknown'] ?? [];
    if (!owned.some((suffix) => `${this.#current?.name}${suffix}` === sample.name)) this.#open(sample.name);
    const family = this.#current as Draft;
    this.#checkGroup(family, sample);
    checkSample(family, sample);
    family.samples.push(sample);
  }

  close(): void {
    const draft = this.#current;
    if (draft === undefined) return;
    const family = { type: 'unknown', unit: '', help: '', ...draft };
    for (const suffix of new Set(['', ...(SUFFIXES[family.type] ?? [])])) {
      if (this.#names.has(family.name + suffix)) fail(`${family.name}${suffix} clashes with another family`);
      this.#names.add(family.name + suffix);
    }
    if (family.unit !== '' && !family.name.endsWith(`_${family.unit}`))
      fail(`${family.name} has another unit`);
    if (family.unit !== '' && ['info', 'stateset'].includes(family.type)) fail(`${family.name} has a unit`);
    if (/histogram$/.test(family.type)) checkHistogram(family, (sample) => groupOf(draft, sample));
    this.families.push(family);
  }

  #open(name: string): void {
    this.close();
    this.#current = { name, samples: [] };
    this.#group = undefined;
    this.#groups = new Set();
  }

  /** Samples of one metric stand together, and their timestamps ascend. */
  #checkGroup(family: Draft, sample: OpenSample): void {
    const { timestamp } = sample;
    const key = groupOf(family, sample);
    const series = JSON.stringify([sample.name, Object.entries(sample.labels).sort(), timestamp]);
    if (this.#group?.key === key) {
      const before = this.#group.timestamp;
      if ((before === undefined) !== (timestamp === undefined)) fail('some have timestamps, some have none');
      if (family.type !== 'info' && Number(before) > Number(timestamp)) fail('timestamps fall');
      if (timestamp === undefined && this.#series.has(series)) fail('a series twice');
    } else if (this.#groups.has(key)) fail('metrics are interleaved');
    this.#group = { key, timestamp };
    this.#groups.add(key);
    this.#series.add(series);
  }
}

function checkSample({ name, type = 'unknown' }: Draft, sample: OpenSample): void {
  const suffix = sample.name.slice(name.length);
  const { labels, value, exemplar } = sample;
  if (suffix === '_bucket' && /histogram$/.test(type)) checkBound(labels.le);
  if (/^_(bucket|g?count)$/.test(suffix) && /histogram$|summary/.test(type) && !Number.isInteger(value))
    fail('a count that is no whole number');
  if (COUNTING.includes(suffix) && !(value >= 0)) fail('a negative or undefined count');
  if (suffix === '_gsum' && Number.isNaN(value)) fail('an undefined sum');
  if (type === 'summary' && suffix === '') checkQuantile(labels.quantile, value);
  if (type === 'stateset' && !(name in labels && [0, 1].includes(value))) fail('no state');
  if (type === 'info' && value !== 1) fail('an info that is not 1');
  const showing = suffix === '_bucket' ? /histogram$/.test(type) : suffix === '_total' && type === 'counter';
  if (exemplar !== undefined && !showing) fail('an exemplar where none may be');
}

function checkBound(le: string | undefined): void {
  const bound = number(le ?? 'missing');
  if (Number.isNaN(bound) || (bound === Number.POSITIVE_INFINITY && le !== '+Inf'))
    fail(`a bad bound: ${le}`);
}

function checkQuantile(text: string | undefined, value: number): void {
  const quantile = number(text ?? 'missing');
  if (!(quantile >= 0 && quantile <= 1) || value < 0) fail(`a bad quantile: ${text}`);
}

function checkHistogram(family: OpenFamily, group: (sample: OpenSample) => string): void {
  const metrics = new Map<string, OpenSample[]>();
  for (const sample of family.samples) {
    const key = `${group(sample)} ${sample.timestamp}`;
    metrics.set(key, [...(metrics.get(key) ?? []), sample]);
  }
  for (const samples of metrics.values()) checkBuckets(family.name, samples);
}

function checkBuckets(name: string, samples: readonly OpenSample[]): void {
  const of = (suffix: string) => samples.filter((sample) => sample.name === name + suffix);
  const buckets = of('_bucket').map(({ labels, value }) => ({ bound: number(labels.le ?? ''), value }));
  const ascending = buckets.every(({ bound, value }, index) => {
    const before = buckets[index - 1];
    return before === undefined || (bound > before.bound && value >= before.value);
  });
  if (!ascending) fail(`the buckets of ${name} do not ascend`);
  const last = buckets.at(-1);
  if (last?.bound !== Number.POSITIVE_INFINITY) fail(`${name} has no bucket +Inf`);
  const [count] = [...of('_count'), ...of('_gcount')];
  const sums = [...of('_sum'), ...of('_gsum')];
  if (count !== undefined && count.value !== last?.value) fail(`the count of ${name} is not that of +Inf`);
  if ((count === undefined) !== (sums.length === 0)) fail(`${name} has a count without a sum or the reverse`);
  const negative = buckets.some(({ bound }) => bound < 0);
  if (negative && of('_sum').length > 0) fail(`${name} has a sum although it has negative buckets`);
  if (!negative && of('_gsum').some(({ value }) => value < 0)) fail(`${name} has a negative sum`);
}

/** @throws at the first violation, with the number of its line */
export function parseOpenMetrics(page: string): OpenFamily[] {
  const lines = page.replace(/\n$/, '').split('\n');
  if (lines.pop() !== '# EOF') fail('the page does not end with # EOF');
  const reader = new Reader();
  for (const [index, line] of lines.entries()) {
    try {
      if (line.startsWith('#')) reader.metadata(line);
      else reader.sample(line);
    } catch (error) {
      throw new Error(`line ${index + 1} (${line.slice(0, 160)}): ${(error as Error).message}`);
    }
  }
  reader.close();
  return reader.families;
}
