/** Traces as text, and what must hold of each. */
export interface TreeSpan {
  readonly name: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/** One line per span, indented under its parent, in the order of their starts; equal neighbours are one line with a count. */
export function drawTrace(spans: readonly TreeSpan[]): string {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const byStart = [...spans].sort((a, b) => Number(a.startNs - b.startNs));
  const draw = (parents: readonly TreeSpan[], indent: string): string[] => {
    const subtrees = parents.map((parent) => {
      const children = byStart.filter(({ parentSpanId }) => parentSpanId === parent.spanId);
      return [`${indent}${parent.name}`, ...draw(children, `${indent}  `)].join('\n');
    });
    return joined(subtrees);
  };
  const roots = byStart.filter(({ parentSpanId }) => !known.has(parentSpanId));
  return draw(roots, '').join('\n');
}

function joined(subtrees: readonly string[]): string[] {
  const lines: string[] = [];
  for (let index = 0; index < subtrees.length; ) {
    const subtree = subtrees[index]!;
    let count = 1;
    while (subtrees[index + count] === subtree) count++;
    lines.push(count === 1 ? subtree : subtree.replace(/^( *)(.*)/, `$1$2 × ${count}`));
    index += count;
  }
  return lines;
}

/** Every child that begins before its parent or ends after it. */
export function outsideTheirParents(spans: readonly TreeSpan[]): string[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  return spans.flatMap((span) => {
    const parent = byId.get(span.parentSpanId);
    const inside = !parent || (span.startNs >= parent.startNs && span.endNs <= parent.endNs);
    const ms = (ns: bigint) => `${Number(ns) / 1e6} ms`;
    if (inside && span.endNs >= span.startNs) return [];
    return [
      `${span.name} in ${parent?.name}: begins ${ms(span.startNs - (parent?.startNs ?? 0n))} after it, ends ${ms((parent?.endNs ?? 0n) - span.endNs)} before it`,
    ];
  });
}
