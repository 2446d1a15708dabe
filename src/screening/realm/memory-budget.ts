/**
 * Array memory lies outside the heap, where no limit of the engine reaches it. Here every way to allocate it is counted
 * and cut off. Evaluated inside the filter's realm, before any filter.
 */

/** What a filter may allocate for one symbol. */
const LIMIT_BYTES = 32 * 2 ** 20;

const { construct, getPrototypeOf, defineProperty, apply } = Reflect;
const { from, isArray } = Array;
const Float64 = Float64Array;
const TypedArray = getPrototypeOf(Float64) as { prototype: object };
const lengthGetter = Object.getOwnPropertyDescriptor(TypedArray.prototype, 'length')!.get!;
const byteLengthGetter = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength')!.get!;
const { isView } = ArrayBuffer;

let spentBytes = 0;
let totalBytes = 0;

export function charge(bytes: number): void {
  if (!(bytes > 0)) return;
  spentBytes += bytes;
  if (spentBytes > LIMIT_BYTES) {
    spentBytes -= bytes;
    throw new RangeError(`the filter asked for more than ${LIMIT_BYTES / 2 ** 20} MB of array memory`);
  }
  totalBytes += bytes;
}

export function startSymbol(): void {
  spentBytes = 0;
}

/** Bytes granted since the realm was made. */
export function grantedBytes(): number {
  return totalBytes;
}

/** A series for an indicator's result. */
export function allocate(length: number): Float64Array {
  charge(length * 8);
  return new Float64(length);
}

/** The arguments of a typed array, after they were paid for. Lengths are read once: a getter cannot lie later. */
function paid(args: readonly unknown[], elementBytes: number): readonly unknown[] {
  const first = args[0];
  if (!isObject(first)) return paidLength(first, elementBytes);
  if (!isArray(first) && !isView(first) && isBuffer(first)) return args;
  const values = isArray(first) || !isView(first) ? from(first as ArrayLike<number>) : first;
  const length = isArray(values) ? values.length : (apply(lengthGetter, values, []) as number);
  charge(length * elementBytes);
  return [values];
}

function paidLength(wanted: unknown, elementBytes: number): readonly unknown[] {
  const length = wanted === undefined ? 0 : +(wanted as number);
  charge(length * elementBytes);
  return [length];
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function isBuffer(value: object): boolean {
  try {
    apply(byteLengthGetter, value, []);
    return true;
  } catch {
    return false;
  }
}

type AnyConstructor = new (...args: unknown[]) => object;

function budgeted(
  original: AnyConstructor,
  pay: (args: readonly unknown[]) => readonly unknown[],
): AnyConstructor {
  const guarded: AnyConstructor = new Proxy(original, {
    construct: (target, args: unknown[], newTarget): object =>
      construct(target, pay(args), newTarget === guarded ? target : newTarget) as object,
  });
  defineProperty(original.prototype as object, 'constructor', { value: guarded });
  return guarded;
}

const KINDS = [
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'Float16Array',
];

/** Methods that make a copy without asking a constructor. */
const COPYING = ['toSorted', 'toReversed', 'with'];
/** Ways to grow, move or detach memory that scratch columns stand on. */
const REMOVED = ['resize', 'transfer', 'transferToFixedLength'];

type Method = (this: unknown, ...args: unknown[]) => unknown;

export function installMemoryBudget(global: Record<string, unknown>): void {
  for (const kind of KINDS) {
    const original = global[kind] as (AnyConstructor & { BYTES_PER_ELEMENT: number }) | undefined;
    if (original) global[kind] = budgeted(original, (args) => paid(args, original.BYTES_PER_ELEMENT));
  }
  global.ArrayBuffer = budgeted(ArrayBuffer as unknown as AnyConstructor, ([length]) =>
    paidLength(length, 1),
  );
  for (const name of REMOVED) delete (ArrayBuffer.prototype as unknown as Record<string, unknown>)[name];
  const prototype = TypedArray.prototype as Record<string, Method>;
  for (const name of COPYING) {
    const original = prototype[name];
    if (original) prototype[name] = paying(original);
  }
}

function paying(original: Method): Method {
  return {
    copy(this: { byteLength: number }, ...args: unknown[]) {
      charge((apply(lengthGetter, this, []) as number) * 8);
      return apply(original, this, args) as unknown;
    },
  }.copy as Method;
}
