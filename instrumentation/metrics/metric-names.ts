import { SELF_METRICS } from './catalogue';

export type InstrumentKind =
  | 'counter'
  | 'upDownCounter'
  | 'gauge'
  | 'histogram'
  | 'observableCounter'
  | 'observableUpDownCounter'
  | 'observableGauge';

const VALID = /^[a-zA-Z][a-zA-Z0-9_.\-/]{0,254}$/;
const MAX_METRICS = 2_000;
const OWN = 'telemetry itself';
const SUFFIXES = { histogram: ['', '_bucket', '_count', '_sum'], other: [''] };

/** The name on the page: as Prometheus allows it, counters ending in `_total`. */
export function pageName(name: string, kind: InstrumentKind): string {
  const plain = name.replace(/[^a-zA-Z0-9_]/g, '_').replace(/_+/g, '_');
  const counts = kind === 'counter' || kind === 'observableCounter';
  return counts && !plain.endsWith('_total') ? `${plain}_total` : plain;
}

/** Every sample name on the page belongs to one metric; a second owner would cost the whole page. */
export class MetricNames {
  readonly #owners = new Map<string, string>([['target_info', OWN]]);
  #metrics = 0;

  constructor() {
    for (const { name, type } of SELF_METRICS) this.#take(name, type === 'histogram', OWN);
  }

  /** @returns why the name cannot be had, or undefined when it is now taken. */
  claim(name: string, kind: InstrumentKind): string | undefined {
    if (typeof name !== 'string' || !VALID.test(name)) return 'its name is not a valid metric name';
    if (this.#metrics >= MAX_METRICS) return `there are ${MAX_METRICS} metrics already`;
    const page = pageName(name, kind);
    const taken = sampleNames(page, kind === 'histogram').find((sample) => this.#owners.has(sample));
    if (taken !== undefined) return `${taken} on the page belongs to ${this.#owners.get(taken)}`;
    this.#take(page, kind === 'histogram', page);
    this.#metrics++;
    return undefined;
  }

  #take(page: string, isHistogram: boolean, owner: string): void {
    for (const sample of sampleNames(page, isHistogram)) this.#owners.set(sample, owner);
  }
}

function sampleNames(page: string, isHistogram: boolean): string[] {
  return SUFFIXES[isHistogram ? 'histogram' : 'other'].map((suffix) => page + suffix);
}
