/**
 * OTLP trace requests, decoded against the messages of opentelemetry-proto's trace, resource and common packages, v1.
 * Strict: a field that those messages do not have, or one of another wire type, is reported.
 */
type Scalar = 'bytes' | 'string' | 'varint' | 'fixed64' | 'fixed32' | 'double';
type Message = Readonly<Record<number, readonly [name: string, type: Scalar | (() => Message)]>>;

const any: Message = {
  1: ['stringValue', 'string'],
  2: ['boolValue', 'varint'],
  3: ['intValue', 'varint'],
  4: ['doubleValue', 'double'],
  5: ['arrayValue', () => ({ 1: ['values', () => any] })],
  6: ['kvlistValue', () => ({ 1: ['values', () => keyValue] })],
  7: ['bytesValue', 'bytes'],
};
const keyValue: Message = { 1: ['key', 'string'], 2: ['value', () => any] };
const entity: Message = {
  1: ['schemaUrl', 'string'],
  2: ['type', 'string'],
  3: ['idKeys', 'string'],
  4: ['descriptionKeys', 'string'],
};
const resource: Message = {
  1: ['attributes', () => keyValue],
  2: ['droppedAttributesCount', 'varint'],
  3: ['entityRefs', () => entity],
};
const scope: Message = {
  1: ['name', 'string'],
  2: ['version', 'string'],
  3: ['attributes', () => keyValue],
  4: ['droppedAttributesCount', 'varint'],
};
const event: Message = {
  1: ['timeUnixNano', 'fixed64'],
  2: ['name', 'string'],
  3: ['attributes', () => keyValue],
  4: ['droppedAttributesCount', 'varint'],
};
const link: Message = {
  1: ['traceId', 'bytes'],
  2: ['spanId', 'bytes'],
  3: ['traceState', 'string'],
  4: ['attributes', () => keyValue],
  5: ['droppedAttributesCount', 'varint'],
  6: ['flags', 'fixed32'],
};
const span: Message = {
  1: ['traceId', 'bytes'],
  2: ['spanId', 'bytes'],
  3: ['traceState', 'string'],
  4: ['parentSpanId', 'bytes'],
  5: ['name', 'string'],
  6: ['kind', 'varint'],
  7: ['startTimeUnixNano', 'fixed64'],
  8: ['endTimeUnixNano', 'fixed64'],
  9: ['attributes', () => keyValue],
  10: ['droppedAttributesCount', 'varint'],
  11: ['events', () => event],
  12: ['droppedEventsCount', 'varint'],
  13: ['links', () => link],
  14: ['droppedLinksCount', 'varint'],
  15: ['status', () => ({ 2: ['message', 'string'], 3: ['code', 'varint'] })],
  16: ['flags', 'fixed32'],
};
const scopeSpans: Message = {
  1: ['scope', () => scope],
  2: ['spans', () => span],
  3: ['schemaUrl', 'string'],
};
const resourceSpans: Message = {
  1: ['resource', () => resource],
  2: ['scopeSpans', () => scopeSpans],
  3: ['schemaUrl', 'string'],
};
const request: Message = { 1: ['resourceSpans', () => resourceSpans] };

const WIRE: Readonly<Record<Scalar, number>> = {
  varint: 0,
  fixed64: 1,
  double: 1,
  bytes: 2,
  string: 2,
  fixed32: 5,
};
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A decoded message: each field is a list, since any may be repeated. */
export interface Decoded {
  readonly [field: string]: readonly (Decoded | Buffer | string | number | bigint)[];
}

class Reader {
  at = 0;

  constructor(private readonly bytes: Buffer) {}

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  varint(): bigint {
    for (let [value, shift] = [0n, 0n]; ; shift += 7n) {
      const byte = this.bytes[this.at++];
      if (byte === undefined || shift > 63n) throw new Error('a varint that does not end');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
  }

  take(length: number): Buffer {
    const end = this.at + length;
    if (end > this.bytes.length) throw new Error('a field that goes beyond its message');
    const taken = this.bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }

  value(wire: number): Buffer | bigint {
    if (wire === 0) return this.varint();
    if (wire === 1) return this.take(8);
    if (wire === 2) return this.take(Number(this.varint()));
    if (wire === 5) return this.take(4);
    throw new Error(`wire type ${wire}`);
  }
}

function scalar(type: Scalar, value: Buffer | bigint): Buffer | string | number | bigint {
  if (typeof value === 'bigint' || type === 'bytes') return value;
  if (type === 'string') return utf8.decode(value);
  if (type === 'double') return value.readDoubleLE();
  return type === 'fixed64' ? value.readBigUInt64LE() : value.readUInt32LE();
}

function decode(bytes: Buffer, message: Message, path: string, unknown: string[]): Decoded {
  const reader = new Reader(bytes);
  const fields: Record<string, (Decoded | Buffer | string | number | bigint)[]> = {};
  while (!reader.done) {
    const tag = Number(reader.varint());
    const [number, wire] = [tag >>> 3, tag & 7];
    const value = reader.value(wire);
    const [name, type] = message[number] ?? [];
    const expected = typeof type === 'string' ? WIRE[type] : 2;
    if (name === undefined || type === undefined || wire !== expected) {
      unknown.push(`${path}.${number} (wire type ${wire})`);
      continue;
    }
    fields[name] ??= [];
    fields[name].push(
      typeof type === 'string'
        ? scalar(type, value)
        : decode(value as Buffer, type(), `${path}.${name}`, unknown),
    );
  }
  return fields;
}

/** @throws Error for a body that is no protobuf, or a string in it that is no UTF-8 */
export function decodeTraces(body: Buffer): {
  readonly request: Decoded;
  readonly unknown: readonly string[];
} {
  const unknown: string[] = [];
  return { request: decode(body, request, 'request', unknown), unknown };
}

/** Every span of a request, as decoded. */
export function spansIn(decoded: Decoded): Decoded[] {
  const inside = (parents: readonly Decoded[], field: string) =>
    parents.flatMap((parent) => (parent[field] ?? []) as readonly Decoded[]);
  return inside(inside(inside([decoded], 'resourceSpans'), 'scopeSpans'), 'spans');
}
