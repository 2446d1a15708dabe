/** Counters only grow and start again at zero; every rule here is a way to forget that. */
import { BOOT_COUNTERS } from '../catalogue/additive-gauges';
import type { Binary, Call, Expression, Selector } from './expression';
import type { Checking } from './violation';
import { selectorsIn, walk } from './walk';

const OF_COUNTERS: ReadonlySet<string> = new Set(['rate', 'irate', 'increase', 'resets']);
const OF_GAUGES: ReadonlySet<string> = new Set(['delta', 'idelta', 'deriv', 'predict_linear']);

const isCall = (node: Expression | undefined, names: ReadonlySet<string>): node is Call =>
  node?.kind === 'call' && names.has(node.name);
export const isRate = (node: Expression | undefined): node is Call => isCall(node, OF_COUNTERS);

export function checkKind(node: Call, { known, report }: Checking): void {
  for (const { metric } of selectorsIn(node)) {
    const kind = known(metric)?.kind;
    if (isRate(node) && kind === 'gauge') report('kind', `${node.name} of ${metric}, which is a gauge`);
    if (isCall(node, OF_GAUGES) && kind !== undefined && kind !== 'gauge')
      report('kind', `${node.name} of ${metric}, which is a counter`);
  }
}

/** A total since the last restart answers no question of now. Counting series, or telling a birth, is
 * another matter; and somebody who follows a runbook knows since when the machine runs. */
export function checkRaw(
  node: Selector,
  around: readonly Expression[],
  { known, place, report }: Checking,
): void {
  if (place === 'runbook') return;
  const kind = known(node.metric)?.kind;
  if (kind === undefined || kind === 'gauge' || around.some(isRate) || around.some(tellsBirth)) return;
  const [parent] = around;
  if (parent?.kind === 'aggregation' && ['count', 'group'].includes(parent.operator)) return;
  report('raw-counter', `${node.metric} is a total since the start: take its increase or rate`);
}

/** `total unless total offset 15m`, or a total of a process that started just now: there it is recent. */
function tellsBirth(node: Expression): boolean {
  if (node.kind !== 'binary') return false;
  const right = selectorsIn(node.right);
  if (node.operator === 'and') return right.some(({ metric }) => metric === 'process_start_time_seconds');
  return node.operator === 'unless' && right.some(({ offset }) => offset);
}

/** What is counted while the machine starts is there with the first sample: no rate sees it. */
export function checkBoot(root: Expression, { report }: Checking): void {
  const births = [...walk(root)].flatMap(([node]) => (tellsBirth(node) ? selectorsIn(node) : []));
  for (const [node] of walk(root))
    if (isRate(node))
      for (const { metric } of selectorsIn(node))
        if (BOOT_COUNTERS.has(metric) && !births.some((birth) => birth.metric === metric))
          report(
            'boot-counter',
            `${node.name} never sees ${metric}, which counts before the first scrape: add "or … unless … offset"`,
          );
}

const THRESHOLDS: ReadonlySet<string> = new Set(['>', '>=', '<', '<=']);

/** `rate(errors[5m]) > 5` is 300 a minute, whatever its author meant. */
export function checkPerSecond(node: Binary, { known, report }: Checking): void {
  if (!THRESHOLDS.has(node.operator) || node.right.kind !== 'number' || node.right.value === 0) return;
  const summed = node.left.kind === 'aggregation' ? node.left.operand : node.left;
  if (summed.kind !== 'call' || !['rate', 'irate'].includes(summed.name)) return;
  for (const { metric } of selectorsIn(summed))
    if (known(metric)?.source.unit.startsWith('{'))
      report(
        'per-second',
        `${metric} is compared with ${node.right.value} per second: compare an increase over a window, or a ratio`,
      );
}
