/**
 * Which labels does the result of an expression carry? Prometheus answers at run time, with an empty result where two
 * sides do not match; here it is answered from the catalogue, before anything runs.
 */
import { MACHINE_LABELS } from '../catalogue/known-metric';
import type { Aggregation, Binary, Call, Expression, Selector } from './expression';
import type { Checking } from './violation';

/** Label → whether a `by` names it (so it is wanted) or it merely came along with a series. */
export type Labels = ReadonlyMap<string, 'named' | 'carried'>;
type Shape = Labels | 'scalar';

const NOTHING: Labels = new Map();
const KEEPING_AGGREGATIONS = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio']);
const SCALAR_CALLS = new Set(['scalar', 'time', 'pi']);

const list = (labels: Iterable<string>) => [...labels].sort().join(', ') || 'no label';
const same = (one: Labels, other: Labels) =>
  one.size === other.size && [...one.keys()].every((label) => other.has(label));
const keep = (labels: Labels, wanted: (label: string) => boolean): Labels =>
  new Map([...labels].filter(([label]) => wanted(label)));

/** `absent` gives its result the labels that the selector asked for by `=`. */
function absent(selector: Expression | undefined): Labels {
  const matchers = selector?.kind === 'selector' ? selector.matchers : [];
  const asked = matchers.filter(({ operator }) => operator === '=');
  return new Map(asked.map(({ label }) => [label, 'named']));
}

export class LabelInference {
  constructor(private readonly checking: Checking) {}

  of(node: Expression): Shape {
    switch (node.kind) {
      case 'selector':
        return this.selector(node);
      case 'aggregation':
        return this.aggregation(node);
      case 'call':
        return this.call(node);
      case 'binary':
        return this.binary(node);
      case 'subquery':
        return this.of(node.operand);
      default:
        return 'scalar';
    }
  }

  private selector({ metric }: Selector): Labels {
    const labels = this.checking.known(metric)?.labels;
    return labels === undefined ? NOTHING : new Map([...labels.keys()].map((label) => [label, 'carried']));
  }

  private aggregation({ operator, grouping, labels, operand }: Aggregation): Labels {
    const inner = this.vector(operand);
    for (const label of labels)
      if (!inner.has(label) && inner !== NOTHING)
        this.checking.report(
          'label',
          `${operator} groups by ${label}, but what it adds up carries ${list(inner.keys())}`,
        );
    if (KEEPING_AGGREGATIONS.has(operator)) return inner;
    if (grouping === 'without') return keep(inner, (label) => !labels.includes(label));
    return new Map(labels.map((label) => [label, 'named']));
  }

  private call({ name, args }: Call): Shape {
    if (SCALAR_CALLS.has(name)) {
      for (const one of args) this.of(one);
      return 'scalar';
    }
    if (name === 'vector') return NOTHING;
    if (name.startsWith('absent')) return absent(args[0]);
    const inner =
      args.map((one) => this.of(one)).find((shape): shape is Labels => shape !== 'scalar') ?? NOTHING;
    if (name === 'histogram_quantile') return keep(inner, (label) => label !== 'le');
    if (name !== 'label_replace' && name !== 'label_join') return inner;
    const [, target] = args;
    return target?.kind === 'string' ? new Map([...inner, [target.value, 'named']]) : inner;
  }

  private binary(node: Binary): Shape {
    const [left, right] = [this.of(node.left), this.of(node.right)];
    if (left === 'scalar') return right;
    if (right === 'scalar') return left;
    const set = ['and', 'or', 'unless'].includes(node.operator);
    if (node.matching === 'equal') this.mustEqual(node, left, right);
    if (node.matching === 'on') this.mustHave(node, left, right);
    if (set) return left;
    return node.matching === 'on' && node.many === undefined
      ? keep(left, (label) => node.labels.includes(label))
      : this.joined(node, left, right);
  }

  private joined({ matching, labels, many, included }: Binary, left: Labels, right: Labels): Labels {
    const [kept, other] = many === 'right' ? [right, left] : [left, right];
    for (const label of included)
      if (!other.has(label))
        this.checking.report(
          'label',
          `group_${many} takes ${label} from a side that has ${list(other.keys())}`,
        );
    const own =
      matching === 'ignoring' && many === undefined ? keep(kept, (one) => !labels.includes(one)) : kept;
    return new Map([...own, ...included.map((label): [string, 'named'] => [label, 'named'])]);
  }

  private mustEqual({ operator }: Binary, left: Labels, right: Labels): void {
    if (same(left, right)) return;
    this.checking.report(
      'grouping',
      `the sides of ${operator} never meet: left carries ${list(left.keys())}, right ${list(right.keys())}`,
    );
  }

  /** Both sides need the labels they are matched on; the "one" side may carry no other, or it is not one. */
  private mustHave(node: Binary, left: Labels, right: Labels): void {
    const { operator, labels, many } = node;
    for (const [side, carried] of Object.entries({ left, right }))
      for (const label of labels)
        if (!carried.has(label))
          this.checking.report(
            'grouping',
            `${operator} matches on ${label}, which its ${side} side does not carry`,
          );
    if (['and', 'or', 'unless'].includes(operator)) return;
    const ones = [many === 'left' ? undefined : 'left', many === 'right' ? undefined : 'right'] as const;
    for (const side of ones) if (side !== undefined) this.mustBeOne(node, node[side], { left, right }[side]);
  }

  /** A topk per matched labels is one series each, whatever labels it carries. */
  private mustBeOne({ operator, labels }: Binary, node: Expression, carried: Labels): void {
    const chosen =
      node.kind === 'aggregation' && KEEPING_AGGREGATIONS.has(node.operator) && node.grouping === 'by';
    if (chosen && node.labels.every((label) => labels.includes(label))) return;
    const extra = [...carried.keys()].filter((label) => !labels.includes(label) && MACHINE_LABELS.has(label));
    if (extra.length > 0)
      this.checking.report(
        'grouping',
        `${operator} finds many series per ${list(labels)}: they differ in ${list(extra)}`,
      );
  }

  private vector(node: Expression): Labels {
    const shape = this.of(node);
    return shape === 'scalar' ? NOTHING : shape;
  }
}
