import { parseDocument } from 'yaml';

const REFERENCE = /\$\{(?:env:)?([a-zA-Z_][a-zA-Z0-9_]*)/g;

export const BASE_ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';
export const TRACES_ENDPOINT = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';

export function isSet(env: NodeJS.ProcessEnv, name: string): boolean {
  return (env[name]?.trim() ?? '') !== '';
}

export function variablesIn(text: string): string[] {
  return [...text.replaceAll('$$', '').matchAll(REFERENCE)].map(([, name = '']) => name);
}

function textsAt(value: unknown, path: string, key: string): string[] {
  if (typeof value === 'string') return path === key || path.startsWith(`${key}.`) ? [value] : [];
  if (value === null || typeof value !== 'object') return [];
  const child = (name: string) =>
    Array.isArray(value) ? `${path}[${name}]` : path ? `${path}.${name}` : name;
  return Object.entries(value).flatMap(([name, inner]) => textsAt(inner, child(name), key));
}

/** The variables that are set and decide a key of the file, or one below it. */
export function variablesBehind(key: string, text: string, env: NodeJS.ProcessEnv): string[] {
  const names = textsAt(parseDocument(text).toJS(), '', key).flatMap(variablesIn);
  const derived = names.includes(TRACES_ENDPOINT) && !isSet(env, TRACES_ENDPOINT);
  return [...new Set(derived ? [...names, BASE_ENDPOINT] : names)].filter((name) => isSet(env, name));
}
