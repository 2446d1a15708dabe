/**
 * A second wall around the filters. A filter that came by an object of the worker's own realm finds there no way to make
 * code from text, no `process`, and no prototype to add to. Called once everything the worker needs is loaded.
 */
export function hardenWorkerRealm(): void {
  process.on('unhandledRejection', () => {
    // A filter's promises are its own affair; without a listener one would end the worker.
  });
  process.removeAllListeners('warning');
  for (const functions of functionPrototypes()) {
    Object.defineProperty(functions, 'constructor', {
      value: refuseCode,
      writable: false,
      configurable: false,
    });
  }
  for (const name of UNREACHABLE) Reflect.deleteProperty(globalThis, name);
  for (const prototype of PROTOTYPES) Object.preventExtensions(prototype);
}

const UNREACHABLE = [
  ...[
    'process',
    'Buffer',
    'eval',
    'Function',
    'WebAssembly',
    'fetch',
    'WebSocket',
    'EventSource',
    'navigator',
  ],
  ...['setTimeout', 'setInterval', 'setImmediate', 'require', 'module', 'global'],
];

const PROTOTYPES = [
  ...[Object.prototype, Array.prototype, Error.prototype, Promise.prototype, String.prototype, Map.prototype],
];

function functionPrototypes(): object[] {
  const kinds = [() => {}, async () => {}, function* () {}, async function* () {}];
  return kinds.map((kind) => Object.getPrototypeOf(kind) as object);
}

function refuseCode(): never {
  throw new TypeError('no code is made from text here');
}
