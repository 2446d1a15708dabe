import { parseDocument } from 'yaml';

const REFERENCE = /\$\{(?:env:)?([a-zA-Z_][a-zA-Z0-9_]*)/g;

const TRACES_VARIABLE = /^OTEL_EXPORTER_OTLP_TRACES_(?=\w)/;
const ENDPOINT = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';

/** The variable of all signals that stands in for one of the traces. */
function baseOf(name: string): string | undefined {
  return TRACES_VARIABLE.test(name) ? name.replace(TRACES_VARIABLE, 'OTEL_EXPORTER_OTLP_') : undefined;
}

/** The base endpoint is for all signals; the traces' own path follows it. */
function standsIn(name: string, value: string): string {
  if (name !== ENDPOINT) return value;
  const [, path = '', query = ''] = /^([^?]*)(\?.*)?$/s.exec(value.trim()) ?? [];
  return `${path.replace(/\/+$/, '')}/v1/traces${query}`;
}

function isSet(env: NodeJS.ProcessEnv, name: string): boolean {
  return Object.hasOwn(env, name) && (env[name]?.trim() ?? '') !== '';
}

function variablesIn(text: string): string[] {
  return [...text.replaceAll('$$', '').matchAll(REFERENCE)].map(([, name = '']) => name);
}

function textsAt(value: unknown, path: string, key: string): string[] {
  if (typeof value === 'string') return path === key || path.startsWith(`${key}.`) ? [value] : [];
  if (value === null || typeof value !== 'object') return [];
  const child = (name: string) =>
    Array.isArray(value) ? `${path}[${name}]` : path ? `${path}.${name}` : name;
  return Object.entries(value).flatMap(([name, inner]) => textsAt(inner, child(name), key));
}

/** Of the variables that a file reads, those of the traces that are not set but have a set one to stand in for them. */
export function derivedVariables(text: string, env: NodeJS.ProcessEnv): Record<string, string> {
  const unset = variablesIn(text).filter((name) => !isSet(env, name));
  const derived = unset.flatMap((name) => {
    const base = baseOf(name);
    return base !== undefined && isSet(env, base) ? [[name, standsIn(name, env[base] ?? '')] as const] : [];
  });
  return Object.fromEntries(derived);
}

/** Standard variables that are set but that this file does not take up. */
export function unusedIn(text: string, env: NodeJS.ProcessEnv): string[] {
  const read = variablesIn(text).flatMap((name) => [name, baseOf(name) ?? name]);
  const taken = new Set(['OTEL_CONFIG_FILE', 'OTEL_SDK_DISABLED', ...read]);
  return Object.keys(env).filter((name) => name.startsWith('OTEL_') && !taken.has(name));
}

/** The variables that are set and decide a key of the file, or one below it. */
export function variablesBehind(key: string, text: string, env: NodeJS.ProcessEnv): string[] {
  const names = textsAt(parseDocument(text).toJS(), '', key).flatMap(variablesIn);
  return [...new Set(names.map((name) => (isSet(env, name) ? name : (baseOf(name) ?? name))))].filter(
    (name) => isSet(env, name),
  );
}
