/** Text for a terminal: names that users chose may hold anything, a cell of the screen may not. */

/** What moves, hides or reverses other text: control and format characters, lone surrogates, line separators. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;
/** Takes part in an emoji and has no width of its own: without it each part is shown for itself. */
const JOINERS = /[\u200d\ufe0e\ufe0f]/gu;
const REGIONAL_INDICATOR = /[\u{1f1e6}-\u{1f1ff}]/gu;
const SPACES = /[\p{Zs}\t\n\r]+/gu;
/** A pile of marks on one letter reaches into the lines above. */
const PILED_MARKS = /(\p{Mn}{2})[\p{Mn}\p{Me}]+|\p{Me}/gu;
const MARK = /\p{Mn}/u;
const WIDE =
  /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** One line of printable characters; whatever else there was is shown as a replacement character. */
export function printable(text: string): string {
  return text
    .normalize('NFC')
    .replace(JOINERS, '')
    .replace(SPACES, ' ')
    .replace(UNPRINTABLE, '\ufffd')
    .replace(REGIONAL_INDICATOR, (flag) => String.fromCharCode(65 + (flag.codePointAt(0) ?? 0) - 0x1f1e6))
    .replace(PILED_MARKS, '$1');
}

/** For terminals and locales without UTF-8. */
export function ascii(text: string): string {
  const known = text.replace(/[…–—]/g, (char) => (char === '…' ? '...' : '-')).replace(/·/g, '-');
  return known.normalize('NFKD').replace(/[^\x20-\x7e]/g, (char) => (MARK.test(char) ? '' : '?'));
}

/** Columns that printable text takes. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const char of text) columns += widthOf(char);
  return columns;
}

function widthOf(char: string): number {
  if (char <= '\u02ff') return 1;
  if (MARK.test(char)) return 0;
  return WIDE.test(char) ? 2 : 1;
}

/** The beginning of a text that fits into so many columns, and the rest. */
export function split(text: string, columns: number): [head: string, rest: string] {
  let used = 0;
  let end = 0;
  for (const char of text) {
    used += widthOf(char);
    if (used > columns) break;
    end += char.length;
  }
  return [text.slice(0, end), text.slice(end)];
}

/** Cut to so many columns, with an ellipsis where something is missing. */
export function cut(text: string, columns: number): string {
  return columnsOf(text) <= columns ? text : `${split(text, columns - 1)[0]}…`;
}

/** Lines of at most so many columns, broken between words where that is possible. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (columnsOf(joined) <= columns) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (columnsOf(line) > columns) {
      const [head, rest] = split(line, Math.max(2, columns));
      lines.push(head);
      line = rest;
    }
  }
  return line === '' ? lines : [...lines, line];
}
