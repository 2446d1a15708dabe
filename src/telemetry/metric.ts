/** Marks a label whose values are not known beforehand (trader ids, symbols). */
export const OPEN = 'open';

type LabelSpecification = Readonly<Record<string, typeof OPEN | readonly string[]>>;

/**
 * When a series is on the page: `always` from the first scrape, `series` as soon as the thing it counts exists,
 * `occurrence` only after it happened once.
 */
type Presence = 'always' | 'series' | 'occurrence';

export interface MetricDefinition<Labels extends LabelSpecification = LabelSpecification> {
  /** The Prometheus name: what is exported is this, to the letter. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** UCUM; a count of things is written `{thing}`. Empty for pure info. */
  readonly unit: string;
  /** Label name → its closed values, or `OPEN`. */
  readonly labels: Labels;
  readonly when: Presence;
  readonly help: string;
  /** Upper bounds of a histogram's buckets, in `unit`. */
  readonly buckets?: readonly number[];
}

/** The attributes a metric takes: a wrong label or, for closed labels, a wrong value does not compile. */
export type LabelsOf<Metric extends MetricDefinition> = {
  readonly [Label in keyof Metric['labels']]: Metric['labels'][Label] extends readonly string[]
    ? Metric['labels'][Label][number]
    : string;
};
