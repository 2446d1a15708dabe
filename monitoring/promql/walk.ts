import type { Expression, Selector } from './expression';
import { parseExpression } from './read-expression';
import { withoutVariables } from './syntax';

/** The parts of an expression, in reading order. */
export function parts(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'aggregation':
    case 'subquery':
      return [expression.operand];
    case 'call':
      return expression.args;
    case 'binary':
      return [expression.left, expression.right];
    default:
      return [];
  }
}

/** Every node with the nodes around it, the innermost first. */
export function* walk(
  expression: Expression,
  around: readonly Expression[] = [],
): Generator<readonly [Expression, readonly Expression[]]> {
  yield [expression, around];
  for (const part of parts(expression)) yield* walk(part, [expression, ...around]);
}

export function selectorsIn(expression: Expression): Selector[] {
  return [...walk(expression)].flatMap(([node]) => (node.kind === 'selector' ? [node] : []));
}

/** Metrics, matchers and windows that an expression reads. @throws Error when it is not PromQL */
export function selectors(expression: string): Selector[] {
  return selectorsIn(parseExpression(withoutVariables(expression)));
}
