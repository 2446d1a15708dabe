import { parser } from '@prometheus-io/lezer-promql';
import type { Aggregation, Binary, Expression, Selector } from './expression';

type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

/** The editor's grammar lets an offset span `a unless b`; Prometheus gives it to the last selector alone. */
function withOffset(node: Expression, offset: string): Expression {
  if (node.kind === 'selector') return { ...node, offset };
  return node.kind === 'binary' ? { ...node, right: withOffset(node.right, offset) } : node;
}

class Reader {
  constructor(private readonly source: string) {}

  read(node: SyntaxNode): Expression {
    switch (node.name) {
      case 'NumberDurationLiteral':
        return { kind: 'number', value: Number(this.text(node)) };
      case 'StringLiteral':
        return { kind: 'string', value: this.unquoted(node) };
      case 'VectorSelector':
        return this.selector(node);
      case 'MatrixSelector':
        return { ...(this.inner(node) as Selector), window: this.text(node.getChild('DurationExpr')) };
      case 'OffsetExpr':
        return withOffset(this.inner(node), this.text(node.getChild('OffsetDurationExpr')));
      case 'SubqueryExpr':
        return {
          kind: 'subquery',
          operand: this.inner(node),
          window: this.text(node.getChild('DurationExpr')),
        };
      case 'FunctionCall':
        return {
          kind: 'call',
          name: this.text(node.getChild('FunctionIdentifier')),
          args: this.arguments(node),
        };
      case 'AggregateExpr':
        return this.aggregation(node);
      case 'BinaryExpr':
        return this.binary(node);
      default:
        return this.inner(node);
    }
  }

  private inner(node: SyntaxNode): Expression {
    const child = node.getChild('Expr');
    if (child === null) throw new Error(`Cannot read the expression ${this.source}`);
    return this.read(child);
  }

  private selector(node: SyntaxNode): Selector {
    const list = node.getChild('LabelMatchers');
    const matchers = (list?.getChildren('UnquotedLabelMatcher') ?? []).map((matcher) => ({
      label: this.text(matcher.getChild('LabelName')),
      operator: this.text(matcher.getChild('MatchOp')),
      value: this.unquoted(matcher.getChild('StringLiteral')),
    }));
    return { kind: 'selector', metric: this.text(node.getChild('Identifier')), matchers };
  }

  private arguments(node: SyntaxNode): Expression[] {
    const body = node.getChild('FunctionCallBody');
    return (body?.getChildren('Expr') ?? []).map((one) => this.read(one));
  }

  private aggregation(node: SyntaxNode): Aggregation {
    const modifier = node.getChild('AggregateModifier');
    const grouping = modifier === null ? 'all' : modifier.getChild('By') === null ? 'without' : 'by';
    const operand = this.arguments(node).at(-1);
    if (operand === undefined) throw new Error(`An aggregation of nothing in ${this.source}`);
    const operator = this.text(node.getChild('AggregateOp'));
    return { kind: 'aggregation', operator, grouping, labels: this.labels(modifier)[0] ?? [], operand };
  }

  private binary(node: SyntaxNode): Binary {
    const [left, right] = node.getChildren('Expr');
    if (left === undefined || right === undefined) throw new Error(`One side is missing in ${this.source}`);
    const clause = node.getChild('MatchingModifierClause');
    const [labels = [], included = []] = this.labels(clause);
    const many = clause?.getChild('GroupLeft')
      ? 'left'
      : clause?.getChild('GroupRight')
        ? 'right'
        : undefined;
    return {
      kind: 'binary',
      operator: this.text(left.nextSibling),
      matching: clause === null ? 'equal' : clause.getChild('On') === null ? 'ignoring' : 'on',
      labels,
      ...(many === undefined ? {} : { many }),
      included,
      left: this.read(left),
      right: this.read(right),
    };
  }

  private labels(node: SyntaxNode | null): string[][] {
    const groups = node?.getChildren('GroupingLabels') ?? [];
    return groups.map((group) => group.getChildren('LabelName').map((label) => this.text(label)));
  }

  private text(node: SyntaxNode | null): string {
    return node === null ? '' : this.source.slice(node.from, node.to);
  }

  private unquoted(node: SyntaxNode | null): string {
    return this.text(node).slice(1, -1).replace(/\\(.)/g, '$1');
  }
}

/** @throws Error where a part is missing; ask `problems` first */
export function parseExpression(source: string): Expression {
  return new Reader(source).read(parser.parse(source).topNode);
}
