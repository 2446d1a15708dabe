import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Paint } from '../../../status/terminal/paint';
import { ascii, columnsOf, cut, printable, wrap } from '../../../status/terminal/plain-text';

const medium = (columns: number, more: object = {}) => ({
  columns,
  rows: undefined,
  colour: false,
  unicode: true,
  redrawable: false,
  ...more,
});
/** What makes a terminal do something else than show a character. */
const ACTING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

describe('a name', () => {
  it('cannot steer the terminal: escapes, line ends and reversals are shown as what they are', () => {
    expect(printable('a\x1b[2Jb')).toBe('a\ufffd[2Jb');
    expect(printable('one\r\ntwo\tthree')).toBe('one two three');
    expect(printable('abc\u202ecba\u2066x\u200b')).toBe('abc\ufffdcba\ufffdx\ufffd');
    expect(printable('\x9b31m')).toBe('\ufffd31m');
    expect(printable('lone \ud83d')).toBe('lone \ufffd');
  });

  it('has the width that terminals give it', () => {
    expect(columnsOf('RSI Oversold')).toBe(12);
    expect(columnsOf('日本')).toBe(4);
    expect(columnsOf('🚀🚀')).toBe(4);
    expect(columnsOf(printable('👨‍👩‍👧'))).toBe(6);
    expect(columnsOf(printable('e\u0301'))).toBe(1);
    expect(columnsOf(printable('🇩🇪'))).toBe(2);
  });

  it('cannot pile marks over the lines above', () => {
    expect(printable(`z${'\u0328'.repeat(50)}`).length).toBeLessThanOrEqual(3);
  });

  it('is spelled in ASCII where there is nothing else', () => {
    expect(ascii('Größe – 日本…')).toBe('Grosse - ??...'.replace('ss', '?'));
  });

  it('is cut where there is no room', () => {
    expect(cut('日本語', 4)).toBe('日…');
    expect(cut('abc', 3)).toBe('abc');
  });
});

describe('lines', () => {
  it('break between words, and within those that are longer than a line', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
    expect(wrap('', 10)).toEqual([]);
  });

  it('never are wider than the screen nor steer it, whatever they say', () => {
    const words = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ unit: 'grapheme', maxLength: 200 }),
    );
    fc.assert(
      fc.property(words, fc.integer({ min: 20, max: 120 }), fc.boolean(), (text, columns, unicode) => {
        const paint = new Paint(medium(columns, { unicode }));
        for (const line of [...paint.text(text, 'plain', 4), ...paint.marked('bad', text)]) {
          expect(columnsOf(line)).toBeLessThanOrEqual(columns);
          expect(line).not.toMatch(ACTING);
          if (!unicode) expect(line).toMatch(/^[\x20-\x7e]*$/);
        }
      }),
      { numRuns: 300, endOnFailure: true },
    );
  });

  it('have colours where the medium has, and each is ended on its line', () => {
    const lines = new Paint(medium(20, { colour: true })).marked('bad', 'one two three four five six');
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line.split('\x1b[').length % 2).toBe(1);
    expect(lines[0]).toContain('\x1b[1;31m✖\x1b[0m');
  });
});
