/** Takes from the filter's realm what a filter must not have, and freezes most of the rest. Evaluated inside the realm. */

/** Globals a filter keeps. Whatever else an engine brings, now or in a later version, is removed. */
const KEPT = new Set([
  ...['Object', 'Function', 'Array', 'Number', 'Boolean', 'String', 'Symbol', 'BigInt', 'Date', 'RegExp'],
  ...['Math', 'JSON', 'Reflect', 'Proxy', 'Map', 'Set', 'WeakMap', 'WeakSet', 'Promise', 'Iterator'],
  ...['Error', 'AggregateError', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError'],
  ...['URIError', 'ArrayBuffer', 'DataView', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array'],
  ...['Uint16Array', 'Int32Array', 'Uint32Array', 'Float16Array', 'Float32Array', 'Float64Array'],
  ...['BigInt64Array', 'BigUint64Array', 'parseFloat', 'parseInt', 'isFinite', 'isNaN', 'Infinity', 'NaN'],
  ...['undefined', 'globalThis', 'decodeURI', 'decodeURIComponent', 'encodeURI', 'encodeURIComponent'],
  ...['escape', 'unescape'],
]);

/** Texts and sparse lists above this are refused by the built-in methods: one call on them can end the process. */
const LONGEST = 2 ** 24;
const GROWING = ['repeat', 'padStart', 'padEnd'];
const LIST_METHODS = [
  'fill',
  'join',
  'sort',
  'toSorted',
  'toReversed',
  'toSpliced',
  'with',
  'flat',
  'copyWithin',
];

const { apply, ownKeys, getOwnPropertyDescriptor, getPrototypeOf } = Reflect;
const { freeze, preventExtensions } = Object;

type Methods = Record<PropertyKey, (this: unknown, ...args: unknown[]) => unknown>;

/** @param roots further objects a filter can reach */
export function lockdown(global: Record<PropertyKey, unknown>, roots: readonly unknown[]): void {
  for (const name of ownKeys(global)) if (!KEPT.has(name as string)) delete global[name];
  silenceErrors();
  boundTexts(String.prototype as unknown as Methods);
  boundLists(Array.prototype as unknown as Methods);
  global.console = silentConsole();
  freezeAll([...ownKeys(global).map((name) => global[name]), ...hiddenIntrinsics(), ...roots], global);
}

/**
 * Without a limit the engine records no stack, and so never formats one: formatting would call a function of the
 * worker's own realm, whose own stack overflow is an error object of that realm.
 */
function silenceErrors(): void {
  const errors = Error as unknown as Record<string, unknown>;
  delete errors.stackTraceLimit;
  delete errors.captureStackTrace;
  delete errors.prepareStackTrace;
}

/** A text that was joined piece by piece is only laid out when a method needs it; then it may not fit. */
function boundTexts(prototype: Methods): void {
  for (const name of ownKeys(prototype)) {
    const original = getOwnPropertyDescriptor(prototype, name)?.value as unknown;
    if (typeof original !== 'function' || name === 'constructor' || name === 'toString' || name === 'valueOf')
      continue;
    const grows = GROWING.includes(name as string);
    prototype[name] = boundText(original as Methods[string], grows ? (name as string) : undefined);
  }
}

function boundText(original: Methods[string], growth: string | undefined): Methods[string] {
  return {
    method(this: unknown, ...args: unknown[]) {
      const { length } = this as string;
      const wanted =
        growth === undefined ? length : +(args[0] as number) * (growth === 'repeat' ? length : 1);
      if (length > LONGEST || wanted > LONGEST) throw new RangeError('the text is too long for a filter');
      return apply(original, this, args) as unknown;
    },
  }.method;
}

function boundLists(prototype: Methods): void {
  for (const name of LIST_METHODS) {
    const original = prototype[name];
    if (original) prototype[name] = boundList(original);
  }
}

function boundList(original: Methods[string]): Methods[string] {
  return {
    method(this: unknown, ...args: unknown[]) {
      if ((this as unknown[]).length > LONGEST) throw new RangeError('the list is too long for a filter');
      return apply(original, this, args) as unknown;
    },
  }.method;
}

function silentConsole(): object {
  const quiet = () => undefined;
  return { log: quiet, info: quiet, warn: quiet, error: quiet, debug: quiet, trace: quiet };
}

/** Objects that only syntax reaches. */
function hiddenIntrinsics(): unknown[] {
  const iterators = [[][Symbol.iterator](), new Map().entries(), new Set().entries(), ''[Symbol.iterator]()];
  const functions = [function* () {}, async () => {}, async function* () {}];
  return [
    ...iterators.map(getPrototypeOf),
    ...functions.map(getPrototypeOf),
    getPrototypeOf('a'.matchAll(/a/g)),
    getOwnPropertyDescriptor(silent, 'caller')?.get,
  ];
}

function silent(): void {}

/** Frozen, these would make every write to a typed array 20 times slower. A filter can only spoil them for itself. */
function prototypesOfColumns(): Set<unknown> {
  const kinds = [Float64Array, Float32Array, Int32Array, Uint32Array, Uint8Array];
  const shared = getPrototypeOf(Float64Array.prototype) as object;
  return new Set([Object.prototype, shared, ...kinds.map((kind) => kind.prototype as object)]);
}

function freezeAll(roots: unknown[], global: object): void {
  const seen = new Set<unknown>([global]);
  const unfrozen = prototypesOfColumns();
  while (roots.length > 0) {
    const value = roots.pop();
    if ((typeof value !== 'object' || value === null) && typeof value !== 'function') continue;
    if (seen.has(value)) continue;
    seen.add(value);
    for (const key of ownKeys(value)) {
      const property = getOwnPropertyDescriptor(value, key)!;
      roots.push(property.value, property.get, property.set);
    }
    roots.push(getPrototypeOf(value));
    if (unfrozen.has(value)) preventExtensions(value);
    else freeze(value);
  }
}
