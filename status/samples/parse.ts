/**
 * Reads the text format 0.0.4 and, since they share their sample lines, OpenMetrics 1.0. Tolerant: a line that cannot
 * be read is counted and left out, so that one bad series does not hide the others.
 */
import { Page, type Sample } from './page';

const SPACE = 0x20;
const TAB = 0x09;
const HASH = 0x23;
const QUOTE = 0x22;
const BRACE = 0x7b;
const BACKSLASH = 0x5c;

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const NUMBER = /^[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)$/i;
const SPECIAL: Readonly<Record<string, number>> = {
  '+Inf': Infinity,
  Inf: Infinity,
  '-Inf': -Infinity,
  NaN: Number.NaN,
};
const NO_LABELS: Readonly<Record<string, string>> = Object.freeze(Object.create(null));

export function parsePage(text: string): Page {
  const byName = new Map<string, Sample[]>();
  let badLines = 0;
  let from = 0;
  while (from < text.length) {
    const newline = text.indexOf('\n', from);
    const to = newline === -1 ? text.length : newline;
    if (text.charCodeAt(from) !== HASH && to > from) {
      const line = text.slice(from, text.charCodeAt(to - 1) === 0x0d ? to - 1 : to);
      if (line.trim() !== '' && !readLine(line, byName)) badLines++;
    }
    from = to + 1;
  }
  return new Page(byName, badLines);
}

/** @returns false when the line is no sample */
function readLine(line: string, byName: Map<string, Sample[]>): boolean {
  const end = nameEnd(line);
  const name = line.slice(0, end);
  const labelled = line.charCodeAt(end) === BRACE;
  const labels: Record<string, string> = labelled ? Object.create(null) : NO_LABELS;
  const after = labelled ? readLabels(line, end + 1, labels) : end;
  if (after < 0) return false;
  const value = valueAt(line, after);
  if (value === undefined) return false;
  const known = byName.get(name);
  if (known) known.push({ labels, value });
  else if (NAME.test(name)) byName.set(name, [{ labels, value }]);
  else return false;
  return true;
}

function nameEnd(line: string): number {
  let end = 0;
  for (; end < line.length; end++) {
    const code = line.charCodeAt(end);
    if (code === BRACE || code === SPACE || code === TAB) break;
  }
  return end;
}

/** Fills `labels`. @returns the offset after the closing brace, or -1 */
function readLabels(line: string, start: number, labels: Record<string, string>): number {
  let at = start;
  for (;;) {
    while (line[at] === ',' || line[at] === ' ') at++;
    if (line[at] === '}') return at + 1;
    LABEL_NAME.lastIndex = at;
    const name = LABEL_NAME.exec(line)?.[0];
    if (name === undefined) return -1;
    at += name.length;
    if (line[at] !== '=' || line.charCodeAt(at + 1) !== QUOTE) return -1;
    const close = quoteEnd(line, at + 2);
    if (close < 0) return -1;
    const raw = line.slice(at + 2, close);
    labels[name] = raw.includes('\\') ? unescaped(raw) : raw;
    at = close + 1;
  }
}

function quoteEnd(line: string, start: number): number {
  let close = line.indexOf('"', start);
  while (close > 0 && isEscaped(line, start, close)) close = line.indexOf('"', close + 1);
  return close;
}

function isEscaped(line: string, start: number, at: number): boolean {
  let slashes = 0;
  while (at - slashes - 1 >= start && line.charCodeAt(at - slashes - 1) === BACKSLASH) slashes++;
  return slashes % 2 === 1;
}

function unescaped(raw: string): string {
  return raw.replace(/\\([n"\\])/g, (_, char: string) => (char === 'n' ? '\n' : char));
}

/** The first word; a timestamp and an OpenMetrics exemplar may follow. */
function valueAt(line: string, after: number): number | undefined {
  let start = after;
  while (line.charCodeAt(start) === SPACE || line.charCodeAt(start) === TAB) start++;
  let end = start;
  while (end < line.length && line.charCodeAt(end) > SPACE) end++;
  const word = line.slice(start, end);
  return SPECIAL[word] ?? (NUMBER.test(word) ? Number(word) : undefined);
}
