import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';

/** Modules that live inside a filter's realm, by the name they are required under; the entry comes last. */
const MODULES = [
  'market/interval',
  'screening/realm/memory-budget',
  'screening/realm/lockdown',
  'screening/realm/series',
  'screening/realm/averages',
  'screening/realm/oscillators',
  'screening/realm/trend',
  'screening/realm/volume-indicators',
  'screening/realm/candle-patterns',
  'screening/realm/kline-tuples',
  'screening/realm/filter-helpers',
  'screening/realm/candle-frame',
  'screening/realm/ticker',
  'screening/realm/filter-verdict',
  'screening/realm/realm',
] as const;

const nameOf = (path: string) => path.split('/').at(-1)!;

/**
 * Built-ins that the realm's own code uses, as variables: a context looks globals up through an interceptor, 100 times
 * slower, and a filter may replace its globals.
 */
const CAPTURED = [
  ...[
    'Array',
    'ArrayBuffer',
    'Error',
    'Float64Array',
    'Float32Array',
    'Int32Array',
    'Uint32Array',
    'Uint8Array',
    'Infinity',
    'Map',
    'Math',
    'NaN',
    'Number',
    'Object',
  ],
  ...['Promise', 'Proxy', 'RangeError', 'Reflect', 'Set', 'String', 'Symbol', 'BigInt', 'Date', 'isNaN'],
].join(', ');

/**
 * One script that, run in an empty context, gives that context's own copy of the indicators and of everything that
 * touches a filter: no function of the worker's realm takes part.
 * @param root folder of the compiled sources: where this file's own compiled neighbours are
 */
export function realmScript(root = join(__dirname, '..')): Script {
  const definitions = MODULES.map((path) => define(nameOf(path), join(root, `${path}.js`)));
  const text = `(function () { 'use strict';
const { ${CAPTURED} } = globalThis;
const definitions = { __proto__: null };
const loaded = { __proto__: null };
function load(name) {
  const key = name.slice(name.lastIndexOf('/') + 1);
  if (loaded[key] === undefined) {
    const module = { exports: {} };
    loaded[key] = module;
    definitions[key](module, module.exports, load);
  }
  return loaded[key].exports;
}
${definitions.join('\n')}
return load('realm').createRealm(globalThis);
})()`;
  return new Script(text, { filename: 'realm' });
}

function define(name: string, file: string): string {
  const code = readFileSync(file, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, '');
  return `definitions[${JSON.stringify(name)}] = function (module, exports, require) {\n${code}\n};`;
}
