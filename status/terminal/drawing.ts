import type { Medium } from './medium';

interface Output {
  write(text: string): unknown;
}

const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const ERASE_LINE_END = '\x1b[K';
const ERASE_BELOW = '\x1b[J';
/** Terminals that know it show a frame at once; others ignore it. */
const BEGIN_FRAME = '\x1b[?2026h';
const END_FRAME = '\x1b[?2026l';

/** Draws frame over frame without clearing between them; in a pipe, one after another. */
export class Drawing {
  private entered = false;
  private frames = 0;

  constructor(
    private readonly output: Output,
    private readonly medium: () => Medium,
  ) {}

  draw(lines: readonly string[]): void {
    const { redrawable, rows = 24 } = this.medium();
    if (!redrawable) {
      this.append(lines);
      return;
    }
    const fitting = lines.length > rows ? [...lines.slice(0, rows - 1), '…'] : lines;
    const body = fitting.map((line) => line + ERASE_LINE_END).join('\r\n');
    this.output.write(`${this.entered ? '' : ENTER}${BEGIN_FRAME}${HOME}${body}${ERASE_BELOW}${END_FRAME}`);
    this.entered = true;
  }

  /** Gives the screen back as it was. */
  leave(): void {
    if (this.entered) this.output.write(LEAVE);
    this.entered = false;
  }

  private append(lines: readonly string[]): void {
    this.output.write(`${this.frames++ > 0 ? '\n' : ''}${lines.join('\n')}\n`);
  }
}
