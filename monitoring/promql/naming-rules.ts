/** Names in a query exist: metrics, labels, the values of closed labels; and none is Fly's where ours is meant. */
import { type KnownMetric, knownMetric, PLACE_LABELS } from '../catalogue/known-metric';
import type { Aggregation, Call, Matcher, Selector } from './expression';
import type { Checking } from './violation';

const RESERVED: ReadonlySet<string> = new Set([...PLACE_LABELS, 'job']);

export function checkMetric({ metric, matchers }: Selector, { known, report }: Checking): void {
  const found = known(metric);
  if (metric === '') report('metric', 'a selector names no metric');
  else if (found === undefined && knownMetric(`${metric}_bucket`) !== undefined)
    report('metric', `${metric} is a histogram: ask for ${metric}_bucket, _sum or _count`);
  else if (found === undefined) report('metric', `no catalogue has the metric ${metric}`);
  if (found !== undefined) for (const matcher of matchers) checkMatcher(matcher, found, { known, report });
}

function checkMatcher(
  matcher: Matcher,
  metric: KnownMetric,
  { report }: Pick<Checking, 'known' | 'report'>,
): void {
  const { label } = matcher;
  const values = metric.labels.get(label);
  if (label === 'job') report('reserved', `${metric.name} is matched by job, which Fly does not set`);
  else if (label.startsWith('exported_'))
    report('reserved', `${label}: Fly overwrites ${label.slice(9)} instead of renaming it`);
  else if (values === undefined)
    report('label', `${metric.name} has no label ${label}; it has ${[...metric.labels.keys()].join(', ')}`);
  else if (values !== 'open') checkValues(matcher, metric.name, values, report);
}

/** A pattern must match something, and each word of an alternation must be a value. */
function checkValues(
  matcher: Matcher,
  metric: string,
  values: readonly string[],
  report: Checking['report'],
): void {
  const { label, operator, value } = matcher;
  if (value.includes('$') || value === '') return;
  const words = operator.includes('~') ? value.split('|') : [value];
  for (const word of words) {
    const pattern = operator.includes('~') ? new RegExp(`^(?:${word})$`) : undefined;
    if (!values.some((one) => (pattern === undefined ? one === word : pattern.test(one))))
      report('value', `${metric} never has ${label}="${word}": its values are ${values.join(', ')}`);
  }
}

export function checkReservedGrouping({ operator, labels }: Aggregation, { report }: Checking): void {
  for (const label of labels)
    if (label === 'job' || label.startsWith('exported_'))
      report('reserved', `${operator} groups by ${label}, which Fly does not set`);
}

export function checkReservedTarget({ name, args }: Call, { report }: Checking): void {
  const target = name.startsWith('label_') ? args[1] : undefined;
  if (target?.kind === 'string' && RESERVED.has(target.value))
    report('reserved', `${name} writes ${target.value}, a label that belongs to Fly`);
}

/** A name is no identity: a rename doubles the series, and two traders may share one. */
export function checkNamedGrouping({ operator, labels }: Aggregation, { report }: Checking): void {
  if (labels.includes('trader_name') && !labels.includes('trader_id'))
    report('name', `${operator} groups by trader_name without trader_id: it mixes traders of one name`);
}

/** A trader's id in a dashboard or a rule is that of one user's one trader. */
export function checkFixed({ metric, matchers }: Selector, { place, report }: Checking): void {
  if (place === 'runbook') return;
  for (const { label, value } of matchers)
    if (['trader_id', 'app', 'instance'].includes(label) && /^[\w-]+$/.test(value) && value !== 'unknown')
      report('fixed', `${metric} is asked for ${label}="${value}" alone: use a variable`);
}
