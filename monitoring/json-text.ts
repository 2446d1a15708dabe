/**
 * JSON as the project's formatter writes it, so that a generated file passes the same lint as a written one:
 * objects broken over lines, lists of plain values on one line where they fit.
 */
const LINE_WIDTH = 110;
const INDENT = '  ';

export function jsonText(value: unknown): string {
  return `${lines(value, '', 0)}\n`;
}

/** @param used columns taken on the first line before the value */
function lines(value: unknown, indent: string, used: number): string {
  if (Array.isArray(value)) return list(value, indent, used);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  if (entries.length === 0) return '{}';
  const inner = indent + INDENT;
  const members = entries.map(([key, one]) => {
    const start = `${inner}${JSON.stringify(key)}: `;
    return start + lines(one, inner, start.length);
  });
  return `{\n${members.join(',\n')}\n${indent}}`;
}

function list(values: readonly unknown[], indent: string, used: number): string {
  const plain = values.every((one) => one === null || typeof one !== 'object');
  const flat = `[${values.map((one) => JSON.stringify(one)).join(', ')}]`;
  // One column for the comma that may follow.
  if (plain && used + flat.length < LINE_WIDTH) return flat;
  const inner = indent + INDENT;
  return `[\n${values.map((one) => inner + lines(one, inner, inner.length)).join(',\n')}\n${indent}]`;
}
