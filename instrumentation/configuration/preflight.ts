/** What the configuration parser lets pass silently: found before it sees the file. */
import { isMap, isScalar, isSeq, LineCounter, type Pair, parseDocument, visit } from 'yaml';
import { HONOURED, NOT_HONOURED, type Shape } from './honoured-keys';

const SUBSTITUTION = /\$\{(?:env:)?([^}]*)\}/g;
const VARIABLE = /^([a-zA-Z_][a-zA-Z0-9_]*)(:-[^\n}]*)?$/;

/** A fault of the file, with the key it is about. Its message carries no value of the file or the environment. */
export class ConfigProblem extends Error {
  override readonly name = 'ConfigProblem';

  constructor(
    readonly key: string,
    message: string,
    readonly line?: number,
  ) {
    super(message);
  }
}

class Preflight {
  readonly #lines = new LineCounter();

  constructor(private readonly env: NodeJS.ProcessEnv) {}

  check(text: string): void {
    const document = parseDocument(text, { version: '1.2', lineCounter: this.#lines });
    const [error] = document.errors;
    if (error !== undefined) {
      const line = error.linePos?.[0].line;
      throw new ConfigProblem(
        '(file)',
        `not valid YAML (${error.code}${more(document.errors.length)})`,
        line,
      );
    }
    if (document.contents === null) throw new ConfigProblem('(file)', 'is empty');
    if (!isMap(document.contents)) throw new ConfigProblem('(file)', 'is not a map of settings');
    visit(document, {
      Alias: () => {
        throw new ConfigProblem('(file)', 'YAML aliases are not honoured');
      },
    });
    this.#walk(document.contents, HONOURED, '');
  }

  #walk(node: unknown, shape: Shape, path: string): void {
    if (isScalar(node)) this.#scalar(node.value, path, this.#lineOf(node));
    else if (isMap(node)) for (const pair of node.items) this.#pair(pair, shape, path);
    else if (isSeq(node)) {
      const item = Array.isArray(shape) ? shape[0] : 'value';
      for (const [index, child] of node.items.entries()) this.#item(child, item, `${path}[${index}]`);
    }
  }

  #item(node: unknown, shape: Shape, path: string): void {
    const single = /^(meter_provider\.readers|tracer_provider\.processors)\[([1-9]\d*)\]$/.exec(path);
    if (single !== null) throw new ConfigProblem(path, 'only one is honoured', this.#lineOf(node));
    this.#walk(node, shape, path);
  }

  #pair(pair: Pair, shape: Shape, path: string): void {
    const name = isScalar(pair.key) ? String(pair.key.value) : '(key)';
    const key = path === '' ? name : `${path}.${name}`;
    const line = this.#lineOf(pair.key);
    // A map where a value belongs is the parser's to refuse.
    if (shape === 'value' || Array.isArray(shape)) {
      this.#walk(pair.value, 'value', key);
      return;
    }
    const inner = Object.hasOwn(shape, name) ? (shape as Record<string, Shape>)[name] : undefined;
    if (inner === undefined)
      throw new ConfigProblem(
        key,
        NOT_HONOURED.has(name) ? 'is not honoured here' : 'is an unknown key',
        line,
      );
    if (pair.value === null || (isScalar(pair.value) && pair.value.value === null)) return;
    this.#walk(pair.value, inner, key);
  }

  #scalar(value: unknown, path: string, line: number | undefined): void {
    if (path.endsWith('.port') && typeof value === 'number' && !(value > 0 && value <= 65_535))
      throw new ConfigProblem(path, 'is not a port from 1 to 65535', line);
    if (typeof value !== 'string') return;
    for (const [, reference = ''] of value.replaceAll('$$', '').matchAll(SUBSTITUTION))
      this.#variable(reference, path, line);
  }

  #variable(reference: string, path: string, line: number | undefined): void {
    const match = VARIABLE.exec(reference);
    const name = match?.[1];
    if (name === undefined) throw new ConfigProblem(path, 'holds a ${…} that is not a substitution', line);
    if (match?.[2] === undefined && (this.env[name]?.trim() ?? '') === '')
      throw new ConfigProblem(path, `the variable ${name} is not set and has no default`, line);
  }

  #lineOf(node: unknown): number | undefined {
    const range = (node as { range?: [number, number, number] } | null)?.range;
    return range ? this.#lines.linePos(range[0]).line : undefined;
  }
}

function more(count: number): string {
  return count > 1 ? `, and ${count - 1} more` : '';
}

/** @throws ConfigProblem for the first fault of the file. */
export function preflight(text: string, env: NodeJS.ProcessEnv): void {
  new Preflight(env).check(text);
}
