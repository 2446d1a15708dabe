/** The project's own source as data: files, their imports and their functions. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseSync } from '@swc/core';

export const ROOT = resolve(__dirname, '../..');

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** Path from the root of the file it resolves to; undefined for a package. */
  readonly file: string | undefined;
  readonly typeOnly: boolean;
}

export interface SourceFunction {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly functions: readonly SourceFunction[];
}

type Node = { type?: string; span?: { start: number; end: number }; [key: string]: unknown };

export function sourceFiles(folder: string): SourceFile[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => readSource(relative(ROOT, join(entry.parentPath, entry.name))));
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8');
  // swc's offsets go on from one parse to the next, so an empty parse tells where this one begins.
  const base = parseSync('', { syntax: 'typescript' }).span.end;
  const tree = parseSync(text, { syntax: 'typescript', target: 'es2022' }) as unknown as Node;
  const bytes = Buffer.from(text);
  const lineAt = (offset: number) =>
    bytes
      .subarray(0, Math.max(0, offset - base))
      .toString()
      .split('\n').length;
  const imports: Import[] = [];
  const functions: SourceFunction[] = [];
  walk(tree, (node, parent) => {
    const imported = importOf(node, path);
    if (imported) imports.push(imported);
    if (FUNCTIONS.has(node.type ?? '') && node.span) {
      const line = lineAt(node.span.start);
      functions.push({ name: nameOf(node, parent), line, lines: lineAt(node.span.end) - line + 1 });
    }
  });
  return { path, text, lines: text.trimEnd().split('\n').length, imports, functions };
}

const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassMethod',
  'PrivateMethod',
  'Constructor',
  'MethodProperty',
]);

function walk(node: unknown, visit: (node: Node, parent: Node | undefined) => void, parent?: Node): void {
  if (Array.isArray(node)) {
    for (const child of node) walk(child, visit, parent);
  } else if (node !== null && typeof node === 'object') {
    visit(node as Node, parent);
    for (const [key, child] of Object.entries(node)) if (key !== 'span') walk(child, visit, node as Node);
  }
}

function nameOf(node: Node, parent: Node | undefined): string {
  const key = (node.identifier ?? node.key ?? parent?.id ?? parent?.key) as
    | { value?: string; id?: { value?: string } }
    | undefined;
  return key?.value ?? key?.id?.value ?? 'anonymous';
}

function importOf(node: Node, path: string): Import | undefined {
  const declarations = ['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration'];
  if (declarations.includes(node.type ?? '') && node.source) {
    const specifier = (node.source as { value: string }).value;
    const named = (node.specifiers as { isTypeOnly?: boolean }[] | undefined) ?? [];
    const typeOnly =
      node.typeOnly === true || (named.length > 0 && named.every((one) => one.isTypeOnly === true));
    return { specifier, file: resolveFile(path, specifier), typeOnly };
  }
  const called = node.type === 'CallExpression' ? (node.callee as Node & { value?: string }) : undefined;
  if (called && (called.type === 'Import' || called.value === 'require')) {
    const argument = (node.arguments as { expression: { type: string; value: string } }[])[0]?.expression;
    if (argument?.type === 'StringLiteral') {
      return { specifier: argument.value, file: resolveFile(path, argument.value), typeOnly: false };
    }
  }
  return undefined;
}

function resolveFile(path: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const target = join(dirname(path), specifier).replace(/\.js$/, '');
  return target.endsWith('.json') ? target : `${target}.ts`;
}
