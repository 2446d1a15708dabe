import type { Page, Sample } from './page';

/** A histogram without its labels: of one series, or of several with the same bounds added up. */
export interface Distribution {
  readonly count: number;
  readonly sum: number;
  /** Upper bounds, ascending; the last is Infinity. */
  readonly bounds: readonly number[];
  readonly cumulative: readonly number[];
}

export const EMPTY: Distribution = { count: 0, sum: 0, bounds: [], cumulative: [] };

export function distributionOf(page: Page, name: string): Distribution {
  return built(page.samples(`${name}_bucket`), page.sum(`${name}_sum`), page.sum(`${name}_count`));
}

/** One distribution per value of a label. */
export function distributionsBy(page: Page, name: string, label: string): Map<string, Distribution> {
  const buckets = new Map<string, Sample[]>();
  for (const sample of page.samples(`${name}_bucket`)) {
    const key = sample.labels[label] ?? '';
    const group = buckets.get(key);
    if (group) group.push(sample);
    else buckets.set(key, [sample]);
  }
  const sums = page.sumBy(`${name}_sum`, label);
  const counts = page.sumBy(`${name}_count`, label);
  return new Map([...buckets].map(([key, group]) => [key, built(group, sums[key] ?? 0, counts[key] ?? 0)]));
}

function built(buckets: readonly Sample[], sum: number, count: number): Distribution {
  const byBound = new Map<number, number>();
  for (const { labels, value } of buckets) {
    const bound = labels.le === '+Inf' ? Infinity : Number(labels.le);
    byBound.set(bound, (byBound.get(bound) ?? 0) + value);
  }
  const bounds = [...byBound.keys()].sort((a, b) => a - b);
  return { count, sum, bounds, cumulative: bounds.map((bound) => byBound.get(bound) ?? 0) };
}

/** What `now` has beyond `before`; all of `now` when its counts began anew. */
export function since(now: Distribution, before: Distribution | undefined): Distribution {
  if (!before || before.count > now.count || before.bounds.length !== now.bounds.length) return now;
  const cumulative = now.cumulative.map((value, index) => value - (before.cumulative[index] ?? 0));
  return { count: now.count - before.count, sum: now.sum - before.sum, bounds: now.bounds, cumulative };
}

export function added(distributions: Iterable<Distribution>): Distribution {
  let total = EMPTY;
  for (const one of distributions) {
    if (one.bounds.length === 0) continue;
    const base = total.bounds.length === one.bounds.length ? total.cumulative : one.cumulative.map(() => 0);
    const cumulative = one.cumulative.map((value, index) => value + (base[index] ?? 0));
    total = { count: total.count + one.count, sum: total.sum + one.sum, bounds: one.bounds, cumulative };
  }
  return total;
}

export function mean({ sum, count }: Distribution): number | null {
  return count > 0 ? sum / count : null;
}

/**
 * As Prometheus' `histogram_quantile`: linear inside the bucket, and the last finite bound for what lies beyond it.
 * @returns null without measurements
 */
export function quantile({ bounds, cumulative }: Distribution, share: number): number | null {
  const total = cumulative.at(-1) ?? 0;
  if (total <= 0) return null;
  const rank = share * total;
  const index = cumulative.findIndex((value) => value >= rank);
  const upper = bounds[index] ?? Infinity;
  const lower = index > 0 ? (bounds[index - 1] ?? 0) : 0;
  if (upper === Infinity) return lower;
  const below = index > 0 ? (cumulative[index - 1] ?? 0) : 0;
  const inside = (cumulative[index] ?? 0) - below;
  return inside > 0 ? lower + ((upper - lower) * (rank - below)) / inside : upper;
}
