/** What a metric is called in OpenMetrics, where a family owns its name with all suffixes that its type may have. */
import type { Family } from './family';

export type Titled = Pick<Family, 'name' | 'type'>;

interface Title {
  /** Of the family; its samples are called as in the plain text. */
  readonly name: string;
  readonly type: Family['type'] | 'unknown';
}

/** Page name → title; a metric that is not there has no place on the page. */
export type FamilyNames = ReadonlyMap<string, Title>;

const SUFFIXES: Readonly<Record<Title['type'], readonly string[]>> = {
  counter: ['', '_total', '_created'],
  histogram: ['', '_bucket', '_count', '_sum', '_created'],
  info: ['', '_info'],
  gauge: [''],
  unknown: [''],
};
/** Who may choose first: the later ones can be told by another title. */
const ORDER = ['histogram', 'gauge', 'info', 'counter'];
const OWN_SUFFIX = { counter: '_total', info: '_info' };

/** The titles under which a family could be told, the best first. */
function titles({ name, type }: Titled): Title[] {
  if (type !== 'counter' && type !== 'info') return [{ name, type }];
  const base = name.slice(0, -OWN_SUFFIX[type].length);
  return [
    { name: base, type },
    { name, type: type === 'info' ? 'gauge' : 'unknown' },
  ];
}

/**
 * A counter `x_total` beside a gauge `x`, say, or one beside a gauge `x_created`, would make two owners of one name,
 * which costs a strict reader the whole page. The counter is then told as `unknown`, with the same samples. What cannot
 * be told otherwise (a gauge `h_created` beside a histogram `h`) has no place.
 */
export function familyNames(families: readonly Titled[]): FamilyNames {
  const names = new Map<string, Title>();
  const taken = new Set<string>();
  // The shorter first: `x_total_total` can give way to `x_total`, not the other way round.
  const inOrder = [...families].sort(
    (a, b) => ORDER.indexOf(a.type) - ORDER.indexOf(b.type) || a.name.length - b.name.length,
  );
  for (const family of inOrder) {
    const owned = ({ name, type }: Title) => SUFFIXES[type].map((suffix) => name + suffix);
    const title = titles(family).find((candidate) => !owned(candidate).some((name) => taken.has(name)));
    if (title === undefined) continue;
    for (const name of owned(title)) taken.add(name);
    names.set(family.name, title);
  }
  return names;
}
