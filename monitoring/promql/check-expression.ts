/**
 * Would a query read right at 3 a.m.? Beyond the syntax: metrics, labels and closed values exist, both sides of an
 * operator meet, two machines do not double the result, and nothing is absent, NaN or out of reach.
 */
import { type KnownMetric, knownMetric, PLACE_LABELS } from '../catalogue/known-metric';
import * as counters from './counter-rules';
import type { Expression } from './expression';
import { LabelInference } from './label-inference';
import * as machines from './machine-rules';
import * as naming from './naming-rules';
import { parseExpression } from './read-expression';
import { problems, withoutVariables } from './syntax';
import * as values from './value-rules';
import type { Checking, Place, RuleName, Violation } from './violation';
import { walk } from './walk';

export interface CheckOptions {
  /** `panel` where it is drawn, `alert` where only what it returns fires. */
  readonly place?: Place;
  /** Recording rules by name, with the labels of their results (`labelsOf`). */
  readonly recorded?: ReadonlyMap<string, readonly string[]>;
  /** Rules that this expression breaks on purpose; whoever lists one gives the reason beside it. */
  readonly except?: readonly RuleName[];
}

function recordedMetric(name: string, labels: readonly string[]): KnownMetric {
  const all = [...labels, ...PLACE_LABELS.filter((label) => labels.includes(label))];
  const source = {
    name,
    type: 'gauge',
    unit: '',
    labels: {},
    when: 'series',
    help: 'Recorded by a rule',
  } as const;
  return { name, kind: 'gauge', source, labels: new Map(all.map((label) => [label, 'open' as const])) };
}

function lookup(recorded: CheckOptions['recorded']): Checking['known'] {
  return (name) => {
    const labels = recorded?.get(name);
    return labels === undefined ? knownMetric(name) : recordedMetric(name, labels);
  };
}

function checkNode(node: Expression, around: readonly Expression[], checking: Checking): void {
  switch (node.kind) {
    case 'selector':
      naming.checkMetric(node, checking);
      naming.checkFixed(node, checking);
      counters.checkRaw(node, around, checking);
      break;
    case 'aggregation':
      naming.checkReservedGrouping(node, checking);
      naming.checkNamedGrouping(node, checking);
      machines.checkDouble(node, checking);
      break;
    case 'call':
      naming.checkReservedTarget(node, checking);
      counters.checkKind(node, checking);
      machines.checkQuantile(node, checking);
      break;
    case 'binary':
      for (const check of BINARY_CHECKS) check(node, checking);
  }
}

const BINARY_CHECKS = [
  counters.checkPerSecond,
  values.checkAbsent,
  values.checkDivisor,
  values.checkWindow,
  values.checkReachable,
  values.checkUnit,
];

/** An alert that says "this or that" fires for either, whatever the labels; a panel draws both in one legend. */
function results(root: Expression, place: Place): readonly Expression[] {
  const either = root.kind === 'binary' && root.operator === 'or' && root.matching === 'equal';
  return place === 'alert' && either ? [...results(root.left, place), ...results(root.right, place)] : [root];
}

/** Everything that is wrong with a query; empty when nothing is. Grafana's variables may stand in it. */
export function checkExpression(expression: string, options: CheckOptions = {}): Violation[] {
  const syntax = problems(expression);
  if (syntax.length > 0) return syntax.map((sentence) => ({ rule: 'syntax', sentence }));
  const found = new Map<string, Violation>();
  const checking: Checking = {
    place: options.place ?? 'alert',
    known: lookup(options.recorded),
    report: (rule, sentence) => found.set(`${rule} ${sentence}`, { rule, sentence }),
  };
  const root = parseExpression(withoutVariables(expression));
  for (const result of results(root, checking.place))
    machines.checkMachine(result, new LabelInference(checking), checking);
  for (const [node, around] of walk(root)) checkNode(node, around, checking);
  counters.checkBoot(root, checking);
  return [...found.values()].filter(({ rule }) => options.except?.includes(rule) !== true);
}

/** The labels that the results of an expression carry: what a recording rule's name may be asked for. */
export function labelsOf(expression: string, options: CheckOptions = {}): readonly string[] {
  const checking: Checking = { place: 'record', known: lookup(options.recorded), report: () => {} };
  const labels = new LabelInference(checking).of(parseExpression(withoutVariables(expression)));
  return labels === 'scalar' ? [] : [...labels.keys()];
}

/** One line for a person: what is wrong, and in which expression. */
export function violationLine({ sentence }: Violation, expression: string): string {
  return `${sentence}, in: ${expression.replace(/\s+/g, ' ').trim()}`;
}
