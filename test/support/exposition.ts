/** A strict reader of the Prometheus text format 0.0.4: what it accepts, every scraper accepts. */

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly name: string;
  /** Without empty values: to Prometheus a label with an empty value is no label. */
  readonly labels: Labels;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';
  readonly help: string;
  readonly samples: readonly Sample[];
}

type Draft = { name: string; type?: Family['type']; help?: string; samples: Sample[] };

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const COMMENT = /^# (HELP|TYPE) (\S+)(?: (.*))?$/s;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)(?: (-?\d+))?$/s;
const LABEL = /([^=,]*)="((?:[^"\\]|\\.)*)"(,|$)/gsy;
const NUMBER = /^[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)$/i;
const TYPES = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  histogram: ['_bucket', '_count', '_sum'],
  summary: ['', '_count', '_sum'],
};

function unescaped(text: string, escapable: string): string {
  return text.replace(/\\(.)/gs, (whole, char: string) => {
    if (!escapable.includes(char)) throw new Error(`unknown escape ${whole}`);
    return char === 'n' ? '\n' : char;
  });
}

export function parseNumber(text: string): number {
  const special = { '+Inf': Infinity, Inf: Infinity, '-Inf': -Infinity, NaN: Number.NaN }[text];
  if (special !== undefined) return special;
  if (!NUMBER.test(text)) throw new Error(`not a number: ${text}`);
  return Number(text);
}

function parseLabels(text: string): Labels {
  const labels: Record<string, string> = {};
  const names = new Set<string>();
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const match = LABEL.exec(text);
    if (match === null) throw new Error(`bad labels: ${text}`);
    const [, name = '', value = ''] = match;
    if (!LABEL_NAME.test(name)) throw new Error(`bad label name: ${name}`);
    if (value.includes('\n')) throw new Error('a raw line feed in a label value');
    if (names.has(name)) throw new Error(`label twice: ${name}`);
    names.add(name);
    if (value !== '') labels[name] = unescaped(value, 'n"\\');
  }
  return labels;
}

export function seriesKey(name: string, labels: Labels): string {
  return `${name}${JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))}`;
}

class Reader {
  readonly #families = new Map<string, Draft>();
  readonly #series = new Set<string>();
  #current: Draft | undefined;

  line(line: string): void {
    if (line === '') throw new Error('an empty line');
    if (!line.startsWith('#')) this.#sample(line);
    else if (/^# (HELP|TYPE)\b/.test(line)) this.#comment(line);
  }

  families(): Family[] {
    return [...this.#families.values()].map((draft) => {
      const family = { type: 'untyped' as const, help: '', ...draft };
      if (family.samples.length === 0) throw new Error(`${family.name} has no samples`);
      if (family.type === 'counter') checkCounter(family);
      if (family.type === 'histogram') checkHistogram(family);
      return family;
    });
  }

  #comment(line: string): void {
    const [, kind, name = '', text = ''] = COMMENT.exec(line) ?? [];
    if (kind === undefined || !METRIC_NAME.test(name)) throw new Error('bad comment');
    const family = this.#open(name);
    if (kind === 'HELP') {
      if (family.help !== undefined) throw new Error(`second HELP of ${name}`);
      family.help = unescaped(text, 'n\\');
      return;
    }
    if (family.type !== undefined) throw new Error(`second TYPE of ${name}`);
    if (family.samples.length > 0) throw new Error(`TYPE of ${name} after its samples`);
    if (!TYPES.includes(text)) throw new Error(`unknown type ${text}`);
    family.type = text as Family['type'];
  }

  #sample(line: string): void {
    const [, name = '', labelText, value = ''] = SAMPLE.exec(line) ?? [];
    if (name === '') throw new Error('neither a comment nor a sample');
    const labels = parseLabels(labelText ?? '');
    const key = seriesKey(name, labels);
    if (this.#series.has(key)) throw new Error(`series twice: ${key}`);
    this.#series.add(key);
    const family =
      this.#current !== undefined && owns(this.#current, name) ? this.#current : this.#open(name);
    family.samples.push({ name, labels, value: parseNumber(value) });
  }

  /** A family that was left may not be entered again. */
  #open(name: string): Draft {
    if (this.#current?.name === name) return this.#current;
    if (this.#families.has(name)) throw new Error(`${name} is interleaved with others`);
    for (const { name: other, type = '' } of this.#families.values())
      if (SUFFIXES[type]?.some((suffix) => other + suffix === name))
        throw new Error(`${name} belongs to the ${type} ${other}`);
    this.#current = { name, samples: [] };
    this.#families.set(name, this.#current);
    return this.#current;
  }
}

function owns(family: Draft, sample: string): boolean {
  const suffixes = SUFFIXES[family.type ?? ''] ?? [''];
  return suffixes.some((suffix) => family.name + suffix === sample);
}

function checkCounter({ name, samples }: Family): void {
  if (samples.some(({ value }) => !(value >= 0))) throw new Error(`counter ${name} is negative or NaN`);
}

function checkHistogram({ name, samples }: Family): void {
  const groups = new Map<string, { bounds: [number, number][]; count?: number; sum?: number }>();
  for (const sample of samples) {
    const { le, ...labels } = sample.labels;
    const key = seriesKey(name, labels);
    const group = groups.get(key) ?? { bounds: [] };
    groups.set(key, group);
    if (sample.name.endsWith('_bucket')) group.bounds.push([parseNumber(le ?? 'missing'), sample.value]);
    else if (le !== undefined) throw new Error(`${sample.name} has le`);
    else group[sample.name.endsWith('_count') ? 'count' : 'sum'] = sample.value;
  }
  for (const [key, { bounds, count, sum }] of groups) {
    if (count === undefined || sum === undefined) throw new Error(`${key} lacks its count or sum`);
    for (const [index, [bound, value]] of bounds.entries()) {
      const [before = -Infinity, below = 0] = bounds[index - 1] ?? [];
      if (!(bound > before) || !(value >= below)) throw new Error(`buckets of ${key} do not ascend`);
    }
    const [last, total] = bounds.at(-1) ?? [];
    if (last !== Infinity || total !== count) throw new Error(`the +Inf bucket of ${key} is not its count`);
  }
}

/** @throws at the first violation, with the number of its line */
export function parse(page: string): Family[] {
  if (!page.endsWith('\n')) throw new Error('the last line is cut off');
  const reader = new Reader();
  for (const [index, line] of page.slice(0, -1).split('\n').entries()) {
    try {
      reader.line(line);
    } catch (error) {
      throw new Error(`line ${index + 1} (${line.slice(0, 120)}): ${(error as Error).message}`);
    }
  }
  return reader.families();
}

/** The value of one series of a page; undefined when it is not there. A histogram is asked for by `_count` or `_sum`. */
export function seriesValue(
  families: readonly Family[],
  name: string,
  labels: Labels = {},
): number | undefined {
  const key = seriesKey(name, labels);
  const samples = families.flatMap((family) => family.samples);
  return samples.find((sample) => seriesKey(sample.name, sample.labels) === key)?.value;
}
