/** The page's only way to the document. What comes from outside goes in as text, never as markup. */

type Attributes = Readonly<Record<string, string>>;

export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}`);
  return found;
}

export function element(
  tag: string,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElement {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** Writes only what changed, so that a selection, the focus and a screen reader's place survive an update. */
export function setText(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

export function setAttribute(node: Element, name: string, value: string | null): void {
  if (value === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

export interface Row<Item> {
  readonly node: HTMLElement;
  update(item: Item): void;
}

/** Keeps a list's nodes: each item has its own for as long as it is there, and only what moved is moved. */
export class KeyedList<Item> {
  private rows = new Map<string, Row<Item>>();

  constructor(
    readonly container: HTMLElement,
    private readonly keyOf: (item: Item) => string,
    private readonly create: () => Row<Item>,
  ) {}

  show(items: readonly Item[]): void {
    const kept = new Map<string, Row<Item>>();
    items.forEach((item, index) => {
      const key = this.keyOf(item);
      const row = this.rows.get(key) ?? this.create();
      kept.set(key, row);
      row.update(item);
      const there = this.container.children[index] ?? null;
      if (there !== row.node) this.container.insertBefore(row.node, there);
    });
    for (const [key, { node }] of this.rows) if (!kept.has(key)) node.remove();
    this.rows = kept;
  }
}

/** A term and what it is, as pairs of a `dl`. */
export function facts(list: HTMLElement): (pairs: readonly (readonly [string, string])[]) => void {
  const pairs = new KeyedList<readonly [string, string]>(list, ([term]) => term, createFact);
  return (items) => pairs.show(items);
}

function createFact(): Row<readonly [string, string]> {
  const [term, value] = [element('dt'), element('dd')];
  return {
    node: element('div', {}, term, value),
    update([name, text]) {
      setText(term, name);
      setText(value, text);
    },
  };
}
