/** Turns whatever a filter returned or threw into plain text and numbers, inside its realm. */

export const NO_MATCH = 0;
export const MATCH = 1;
export const ERROR = 2;
export const BAD_RETURN = 3;

export interface FilterVerdict {
  readonly code: number;
  readonly message: string;
  readonly conditions: readonly string[];
}

const MOST_CONDITIONS = 20;
const LONGEST_TEXT = 200;
const { isArray } = Array;
const { isNaN: isNotANumber } = Number;
const { apply } = Reflect;
const { slice } = String.prototype;

const PLAIN: Record<'no' | 'yes', FilterVerdict> = {
  no: { code: NO_MATCH, message: '', conditions: [] },
  yes: { code: MATCH, message: '', conditions: [] },
};

/** Every property is read once: a getter or proxy answers for what it answered first. */
export function judge(result: unknown): FilterVerdict {
  if (typeof result === 'boolean') return result ? PLAIN.yes : PLAIN.no;
  if (typeof result !== 'object' || result === null) return bad(nameOf(result));
  const { match } = result as { match: unknown };
  if (typeof match !== 'boolean') {
    if (result instanceof Promise) return bad('a promise: filters are synchronous');
    return bad(`an object whose match is ${nameOf(match)}`);
  }
  const { conditions } = result as { conditions: unknown };
  if (conditions === undefined) return match ? PLAIN.yes : PLAIN.no;
  const texts = readTexts(conditions);
  if (texts === undefined) return bad('conditions that are not a list of texts');
  return match ? { code: MATCH, message: '', conditions: texts } : PLAIN.no;
}

function readTexts(conditions: unknown): string[] | undefined {
  if (!isArray(conditions)) return undefined;
  const texts: string[] = [];
  const { length } = conditions;
  for (let index = 0; index < length; index++) {
    const text: unknown = conditions[index];
    if (typeof text !== 'string') return undefined;
    if (index < MOST_CONDITIONS) texts[index] = cut(text);
    else break;
  }
  return texts;
}

function bad(what: string): FilterVerdict {
  return { code: BAD_RETURN, message: `the filter returned ${what}`, conditions: [] };
}

function nameOf(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (value === null) return 'null';
  if (typeof value === 'number') return isNotANumber(value) ? 'NaN' : 'a number';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Whatever was thrown, as a short text: hostile messages and toString included. */
export function fault(thrown: unknown): FilterVerdict {
  return { code: ERROR, message: describe(thrown), conditions: [] };
}

function describe(thrown: unknown): string {
  try {
    if (typeof thrown !== 'object' || thrown === null) return cut(`threw ${String(thrown)}`);
    const { name, message } = thrown as Partial<Error>;
    if (typeof message !== 'string') return 'threw an object';
    return cut(typeof name === 'string' ? `${cut(name)}: ${cut(message)}` : message);
  } catch {
    return 'threw an object that cannot be read';
  }
}

function cut(text: string): string {
  return text.length > LONGEST_TEXT ? `${apply(slice, text, [0, LONGEST_TEXT - 1]) as string}…` : text;
}
