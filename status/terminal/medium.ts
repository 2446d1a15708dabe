/** What the output can show: its width, colours, and more than ASCII. */
export interface Medium {
  readonly columns: number;
  /** Undefined where the screen has no end: a pipe, a file. */
  readonly rows: number | undefined;
  readonly colour: boolean;
  readonly unicode: boolean;
  /** A screen that can be drawn again: cursor movements are understood. */
  readonly redrawable: boolean;
}

interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const NARROWEST = 20;
const USUAL = 80;

export function mediumOf(output: Output, environment: Environment): Medium {
  const terminal = output.isTTY === true;
  const dumb = environment.TERM === 'dumb';
  const columns = (terminal ? output.columns : undefined) || Number(environment.COLUMNS) || USUAL;
  return {
    columns: Math.max(NARROWEST, Math.floor(columns)),
    rows: terminal ? output.rows : undefined,
    colour: hasColour(terminal && !dumb, environment),
    unicode: !dumb && speaksUtf8(environment),
    redrawable: terminal && !dumb,
  };
}

/** FORCE_COLOR stands above NO_COLOR, as in Node itself; NO_COLOR counts when it is not empty (no-color.org). */
function hasColour(byDefault: boolean, { FORCE_COLOR, NO_COLOR }: Environment): boolean {
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return byDefault && !NO_COLOR;
}

/** No locale at all is taken for a modern one; `C` and `POSIX` say that there is none. */
function speaksUtf8({ LC_ALL, LC_CTYPE, LANG }: Environment): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG || '';
  return locale === '' || /utf-?8/i.test(locale);
}
