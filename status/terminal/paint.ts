import type { Medium } from './medium';
import { ascii, columnsOf, printable, wrap } from './plain-text';

export type Tone = 'good' | 'concern' | 'bad' | 'quiet' | 'strong' | 'plain';

const CODES: Readonly<Record<Tone, string>> = {
  good: '32',
  concern: '33',
  bad: '1;31',
  quiet: '2',
  strong: '1',
  plain: '',
};

const MARKS: Readonly<Record<'good' | 'concern' | 'bad' | 'quiet', readonly [string, string]>> = {
  good: ['✔', '+'],
  concern: ['!', '!'],
  bad: ['✖', 'X'],
  quiet: ['·', '-'],
};

/** Turns what is to be said into lines that fit the medium. All text that comes in is taken for hostile. */
export class Paint {
  constructor(private readonly medium: Medium) {}

  /** Wrapped text behind an indentation, which later lines keep. */
  text(text: string, tone: Tone = 'plain', indent = 0): string[] {
    const margin = ' '.repeat(indent);
    return this.wrapped(text, this.medium.columns - indent).map((line) => margin + this.toned(line, tone));
  }

  /** A line that begins with a mark: right, doubtful, wrong or neither. */
  marked(mark: keyof typeof MARKS, text: string, indent = 2): string[] {
    const sign = this.toned(MARKS[mark][this.medium.unicode ? 0 : 1], mark);
    const inner = indent + 2;
    const tone = mark === 'bad' ? 'strong' : 'plain';
    return this.wrapped(text, this.medium.columns - inner).map((line, index) => {
      const margin = index === 0 ? `${' '.repeat(indent)}${sign} ` : ' '.repeat(inner);
      return margin + this.toned(line, tone);
    });
  }

  heading(text: string): string[] {
    return ['', ...this.text(text, 'strong')];
  }

  private wrapped(text: string, columns: number): string[] {
    const clean = printable(text);
    return wrap(this.medium.unicode ? clean : ascii(clean), Math.max(8, columns));
  }

  private toned(text: string, tone: Tone): string {
    const code = CODES[tone];
    return this.medium.colour && code !== '' && columnsOf(text) > 0 ? `\x1b[${code}m${text}\x1b[0m` : text;
  }
}
