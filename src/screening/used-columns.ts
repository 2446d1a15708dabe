import { type AnyNode, type Options, parse } from 'acorn';
import { CANDLE_COLUMNS } from '../market/shared-columns';

type Column = (typeof CANDLE_COLUMNS)[number];
type Use = { readonly node: AnyNode; readonly parents: readonly AnyNode[] };

const OPTIONS: Options = {
  ecmaVersion: 'latest',
  sourceType: 'script',
  allowReturnOutsideFunction: true,
};
const ALL: ReadonlySet<Column> = new Set(CANDLE_COLUMNS);

/** Thrown where a timeframe goes somewhere that this reading does not follow. */
class Untraceable extends Error {}

/**
 * Which columns a filter can touch, read from its source: the rest need not be copied for each symbol. Whatever is not
 * plainly `timeframes[…].column`, or a constant that stands for `timeframes[…]`, counts as touching all of them.
 * @param code a filter that compiles
 */
export function usedColumns(code: string): ReadonlySet<Column> {
  try {
    const names = namesIn(parse(code, OPTIONS));
    if (names.has('arguments') || names.has('eval')) return ALL;
    const used = new Set<Column>();
    for (const use of names.get('timeframes') ?? []) followTimeframes(use, names, used);
    return used;
  } catch {
    return ALL;
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof (value as AnyNode | null)?.type === 'string';
}

/** Every identifier that names a value, with the nodes around it, innermost first. */
function namesIn(root: AnyNode): Map<string, Use[]> {
  const names = new Map<string, Use[]>();
  const visit = (node: AnyNode, parents: readonly AnyNode[]) => {
    if (node.type === 'WithStatement') throw new Untraceable();
    if (node.type === 'Identifier' && !isLabelOrKey(node, parents[0]))
      names.set(node.name, [...(names.get(node.name) ?? []), { node, parents }]);
    const around = [node, ...parents];
    for (const child of Object.values(node).flat()) if (isNode(child)) visit(child, around);
  };
  visit(root, []);
  return names;
}

/** A shorthand's key is its value too: `{ timeframes }` hands the timeframes on. */
function isLabelOrKey(node: AnyNode, parent: AnyNode | undefined): boolean {
  switch (parent?.type) {
    case 'MemberExpression':
      return parent.property === node && !parent.computed;
    case 'Property':
      return parent.key === node && !parent.computed && !parent.shorthand;
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return parent.key === node && !parent.computed;
    default:
      return false;
  }
}

/** `timeframes[…]` or `timeframes.name`, and nothing else. */
function followTimeframes({ node, parents }: Use, names: Map<string, Use[]>, used: Set<Column>): void {
  const [parent, ...around] = parents;
  if (parent?.type !== 'MemberExpression' || parent.object !== node) throw new Untraceable();
  followFrame({ node: parent, parents: around }, names, used);
}

function followFrame({ node, parents }: Use, names: Map<string, Use[]>, used: Set<Column>): void {
  const [parent, ...around] = parents;
  switch (parent?.type) {
    case 'MemberExpression':
      if (parent.object !== node) throw new Untraceable();
      note(nameOf(parent.property, parent.computed), used);
      return;
    case 'ChainExpression':
      followFrame({ node: parent, parents: around }, names, used);
      return;
    case 'VariableDeclarator':
      if (parent.init !== node || declarationKind(around[0]) !== 'const') throw new Untraceable();
      followBinding(parent.id, names, used);
      return;
    case 'UnaryExpression':
      if (parent.operator === '!') return;
      throw new Untraceable();
    case 'IfStatement':
    case 'ConditionalExpression':
      if (parent.test === node) return;
      throw new Untraceable();
    case 'LogicalExpression':
      // A timeframe is never falsy, so that what comes out is the right side.
      if (parent.left === node && parent.operator === '&&') return;
      throw new Untraceable();
    default:
      throw new Untraceable();
  }
}

function declarationKind(node: AnyNode | undefined): string | undefined {
  return node?.type === 'VariableDeclaration' ? node.kind : undefined;
}

function followBinding(id: AnyNode, names: Map<string, Use[]>, used: Set<Column>): void {
  if (id.type === 'ObjectPattern') {
    for (const property of id.properties) {
      if (property.type !== 'Property') throw new Untraceable();
      note(nameOf(property.key, property.computed), used);
    }
    return;
  }
  if (id.type !== 'Identifier') throw new Untraceable();
  // Another binding of the same name is no use of a timeframe, and so not followed.
  for (const use of names.get(id.name) ?? []) if (use.node !== id) followFrame(use, names, used);
}

function nameOf(node: AnyNode, computed: boolean): string {
  if (!computed && node.type === 'Identifier') return node.name;
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  throw new Untraceable();
}

/** A name like `valueOf` would give the timeframe itself. */
function note(name: string, used: Set<Column>): void {
  if ((CANDLE_COLUMNS as readonly string[]).includes(name)) used.add(name as Column);
  else if (name !== 'length' && name !== 'interval') throw new Untraceable();
}
