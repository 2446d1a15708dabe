/** Two machines run at once in every redeploy: what reads right for one must read right for both. */
import { ADDITIVE_GAUGES, MACHINE_GAUGES } from '../catalogue/additive-gauges';
import { MACHINE_LABELS } from '../catalogue/known-metric';
import type { Aggregation, Call, Expression } from './expression';
import type { LabelInference } from './label-inference';
import type { Checking } from './violation';
import { parts, selectorsIn } from './walk';

/** The result may differ by machine only where a `by` says so. */
export function checkMachine(root: Expression, inference: LabelInference, { report }: Checking): void {
  const labels = inference.of(root);
  if (labels === 'scalar') return;
  const carried = [...labels].filter(([label, origin]) => MACHINE_LABELS.has(label) && origin === 'carried');
  if (carried.length === 0) return;
  const metrics = [...new Set(selectorsIn(root).map(({ metric }) => metric))].join(', ');
  report('machine', `${metrics} keeps the label instance: two machines of one app give two results`);
}

/** The selectors that an aggregation adds up itself, not through one below it. */
function direct(node: Expression): string[] {
  if (node.kind === 'selector') return [node.metric];
  if (node.kind === 'aggregation') return [];
  return parts(node).flatMap(direct);
}

export function checkDouble(node: Aggregation, { known, report }: Checking): void {
  if (!['sum', 'count'].includes(node.operator)) return;
  if (node.grouping === 'by' && node.labels.includes('instance')) return;
  if (node.grouping === 'without' && !node.labels.includes('instance')) return;
  for (const metric of new Set(direct(node.operand))) {
    if (known(metric)?.kind !== 'gauge' || MACHINE_GAUGES.has(metric)) continue;
    if (node.operator === 'count' || !ADDITIVE_GAUGES.has(metric))
      report(
        'double',
        `${node.operator} of ${metric} doubles while two machines run: take the max or min of each series' machines first`,
      );
  }
}

/** Quantiles of one machine's buckets cannot be put together afterwards. */
export function checkQuantile(node: Call, { known, report }: Checking): void {
  if (node.name !== 'histogram_quantile') return;
  const buckets = node.args[1];
  for (const { metric } of buckets === undefined ? [] : selectorsIn(buckets))
    if (known(metric)?.kind !== 'bucket')
      report('quantile', `histogram_quantile needs buckets, and ${metric} is none`);
  const summed =
    buckets?.kind === 'aggregation' && buckets.operator === 'sum' && buckets.labels.includes('le');
  if (!summed || buckets.grouping !== 'by')
    report('quantile', `histogram_quantile takes raw buckets, one result per machine: sum by (le, …) first`);
}
