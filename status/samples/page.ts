export interface Sample {
  /** Without a prototype, so that a label named `__proto__` is only a label. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

type Labels = Readonly<Record<string, string>>;

const NONE: readonly Sample[] = [];

/** One exposition page, indexed by the name on the sample line (`…_bucket`, `…_sum`, `…_count` for a histogram). */
export class Page {
  constructor(
    private readonly byName: ReadonlyMap<string, readonly Sample[]>,
    /** Lines that could not be read. */
    readonly badLines: number,
  ) {}

  has(name: string): boolean {
    return this.byName.has(name);
  }

  samples(name: string): readonly Sample[] {
    return this.byName.get(name) ?? NONE;
  }

  /** Value of the first series whose labels include the given ones; undefined when there is none. */
  value(name: string, labels: Labels = {}): number | undefined {
    const wanted = Object.entries(labels);
    return this.samples(name).find((sample) => includes(sample, wanted))?.value;
  }

  /** Sum over the series whose labels include the given ones; 0 when there is none. */
  sum(name: string, labels: Labels = {}): number {
    const wanted = Object.entries(labels);
    return this.samples(name).reduce((sum, one) => (includes(one, wanted) ? sum + one.value : sum), 0);
  }

  /** Sums by the value of one label. */
  sumBy(name: string, label: string): Record<string, number> {
    const sums = new Map<string, number>();
    for (const { labels, value } of this.samples(name)) {
      const key = labels[label] ?? '';
      sums.set(key, (sums.get(key) ?? 0) + value);
    }
    return Object.fromEntries(sums);
  }
}

function includes(sample: Sample, wanted: readonly (readonly [string, string])[]): boolean {
  return wanted.every(([label, value]) => (sample.labels[label] ?? '') === value);
}
