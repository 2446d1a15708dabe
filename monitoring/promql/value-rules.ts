/** Results that are missing, not a number, or can never be reached. */

import { isRate } from './counter-rules';
import type { Binary, Call, Expression, Selector } from './expression';
import type { Checking } from './violation';
import { selectorsIn } from './walk';

const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/']);
const COMPARISON: ReadonlySet<string> = new Set(['==', '!=', '>', '>=', '<', '<=']);
const BELOW: ReadonlySet<string> = new Set(['==', '<', '<=']);
/** A trader of the shortest usual interval runs half a dozen times in it; a shorter window is empty or all-or-nothing. */
const SHORTEST_TRADER_WINDOW_SECONDS = 600;

const isScalar = (node: Expression) =>
  node.kind === 'number' || (node.kind === 'call' && node.name === 'time');
const hasFallback = (node: Expression): boolean =>
  (node.kind === 'binary' && (node.operator === 'or' || hasFallback(node.left) || hasFallback(node.right))) ||
  (node.kind === 'call' && node.args.some(hasFallback)) ||
  (node.kind === 'aggregation' && hasFallback(node.operand));

/** Absent is not zero: what happened never has no series, and a comparison with nothing is nothing. */
export function checkAbsent(node: Binary, { known, report }: Checking): void {
  const calculates = ARITHMETIC.has(node.operator) && !isScalar(node.left) && !isScalar(node.right);
  const compares = BELOW.has(node.operator) && node.right.kind === 'number';
  const sides = calculates ? [node.left, node.right] : compares ? [node.left] : [];
  for (const side of sides.filter((one) => !hasFallback(one)))
    for (const { metric } of selectorsIn(side)) {
      const when = known(metric)?.source.when ?? 'always';
      const absent =
        when === 'occurrence' || when === 'tracing' || (compares && when === 'series' && isCounted(side));
      if (absent && known(metric)?.kind !== 'gauge')
        report(
          'absent',
          `${metric} is absent until it happened, and ${node.operator} then gives nothing: add "or 0 * …"`,
        );
    }
}

const isCounted = (node: Expression): boolean =>
  isRate(node) || (node.kind === 'aggregation' && isCounted(node.operand));

/** Dividing by zero gives NaN or infinity, and a filter in the divisor gives silence instead. */
export function checkDivisor(node: Binary, { report }: Checking): void {
  if (node.operator !== '/' || isScalar(node.right) || hasGuard(node.right)) return;
  const metrics = selectorsIn(node.right).map(({ metric }) => metric);
  report(
    'divisor',
    `a division by ${[...new Set(metrics)].join(', ')} has no "> 0": zero gives NaN or infinity`,
  );
}

function hasGuard(node: Expression): boolean {
  if (node.kind === 'binary')
    return COMPARISON.has(node.operator) || hasGuard(node.left) || hasGuard(node.right);
  if (node.kind === 'call') return node.name === 'clamp_min' || node.args.some(hasGuard);
  return node.kind === 'aggregation' && (node.operator === 'count' || hasGuard(node.operand));
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

export function windowSeconds(window: string): number {
  return [...window.matchAll(/(\d+)([smhdw])/g)].reduce(
    (sum, [, count, unit = 's']) => sum + Number(count) * (UNIT_SECONDS[unit] ?? 0),
    0,
  );
}

/** A trader runs once per interval: a share of its runs over a short window is empty, or one failure is 100 %. */
export function checkWindow(node: Binary, { known, report }: Checking): void {
  if (node.operator !== '/') return;
  for (const { metric, window } of selectorsIn(node.right)) {
    const perTrader = known(metric)?.source.labels.trader_id !== undefined;
    if (perTrader && window !== undefined && windowSeconds(window) < SHORTEST_TRADER_WINDOW_SECONDS)
      report(
        'window',
        `a share of ${metric} over ${window} is empty or all-or-nothing for a trader that seldom runs`,
      );
  }
}

/** A quantile is never above the highest bucket. */
export function checkReachable(node: Binary, { known, report }: Checking): void {
  const { left, right, operator } = node;
  if (!['>', '>='].includes(operator) || right.kind !== 'number') return;
  if (left.kind !== 'call' || left.name !== 'histogram_quantile') return;
  for (const { metric } of selectorsIn(left)) {
    const highest = known(metric)?.source.buckets?.at(-1) ?? Number.POSITIVE_INFINITY;
    if (right.value >= highest)
      report('reachable', `a quantile of ${metric} is never above ${highest}, the highest bucket`);
  }
}

/** `time()` is in seconds. */
export function checkUnit(node: Binary, { known, report }: Checking): void {
  if (node.operator !== '-' || node.left.kind !== 'call' || node.left.name !== 'time') return;
  for (const { metric } of undivided(node.right))
    if (known(metric)?.source.unit === 'ms')
      report('unit', `time() is in seconds and ${metric} in milliseconds: divide by 1000`);
}

function undivided(node: Expression): Selector[] {
  if (node.kind === 'selector') return [node];
  if (node.kind === 'aggregation') return undivided(node.operand);
  return node.kind === 'call' ? (node as Call).args.flatMap(undivided) : [];
}
