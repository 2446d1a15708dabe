import { Script } from 'node:vm';
import { type Options, parse } from 'acorn';
import { simple } from 'acorn-walk';

/** A filter's source, checked and wrapped as a function expression over its three arguments. */
export type CompiledFilter =
  | { readonly ok: true; readonly expression: string }
  | { readonly ok: false; readonly message: string };

const OPTIONS: Options = {
  ecmaVersion: 'latest',
  sourceType: 'script',
  allowReturnOutsideFunction: true,
};

/** A context looks each global up through an interceptor, 100 times slower than a variable; so these are variables. */
const NAMES = [
  ...[
    'Array',
    'Boolean',
    'Date',
    'Error',
    'Float64Array',
    'Infinity',
    'JSON',
    'Map',
    'Math',
    'NaN',
    'Number',
  ],
  ...['Object', 'RegExp', 'Set', 'String', 'isFinite', 'isNaN', 'parseFloat', 'parseInt', 'console'],
].join(', ');

/**
 * Checks a filter without running it. The body must parse on its own, so that it cannot close the function around it;
 * `import()` is refused here because the engine would settle it with objects of another realm. Never throws.
 * @returns for a refused one a message that begins with line:column and quotes no code
 */
export function compileFilter(code: string): CompiledFilter {
  const expression = `(function (${NAMES}) { return function (ticker, timeframes, helpers) {\n${code}\n}; })(${NAMES})`;
  try {
    refuseImports(code);
    parse(expression, OPTIONS);
    new Script(expression, { filename: 'filter', lineOffset: -1 });
    return { ok: true, expression };
  } catch (error) {
    return { ok: false, message: explain(error, code) };
  }
}

class Refusal extends Error {
  constructor(
    what: string,
    readonly pos: number,
  ) {
    super(`${what} is not available in a filter`);
  }
}

function refuseImports(code: string): void {
  simple(parse(code, OPTIONS), {
    ImportExpression: ({ start }) => {
      throw new Refusal('import()', start);
    },
    MetaProperty: ({ meta, start }) => {
      if (meta.name === 'import') throw new Refusal('import.meta', start);
    },
  });
}

/** acorn puts the position of its text behind its message; where the wrapped text failed that is one line off. */
function explain(error: unknown, code: string): string {
  const { message, stack, pos } = error as Error & { pos?: number };
  const reason = message.replace(/ \(\d+:\d+\)$/, '').replace(/'[^']{40,}'/, "'…'");
  if (error instanceof Refusal) return `${positionAt(code, error.pos)}: ${reason}`;
  const acorn = /\((\d+):(\d+)\)$/.exec(message);
  if (acorn) return `${Number(acorn[1]) - (parses(code) ? 1 : 0)}:${Number(acorn[2]) + 1}: ${reason}`;
  const line = /^filter:(\d+)/.exec(stack ?? '');
  return pos === undefined && line ? `${line[1]}:1: ${reason}` : reason;
}

function parses(code: string): boolean {
  try {
    parse(code, OPTIONS);
    return true;
  } catch {
    return false;
  }
}

function positionAt(code: string, offset: number): string {
  const lines = code.slice(0, offset).split(/\r\n|[\n\r\u2028\u2029]/);
  return `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
}
