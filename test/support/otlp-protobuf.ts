import { dirname, join } from 'node:path';
import { Enum, type Field, Root, Type } from 'protobufjs';

/**
 * OTLP trace requests, decoded against the official opentelemetry-proto messages as another receiver ships them.
 * Strict: a field that those messages do not have, or one of another wire type, is reported.
 */
type Scalar = 'bytes' | 'string' | 'varint' | 'fixed64' | 'fixed32' | 'double';
type Message = Readonly<Record<number, readonly [name: string, type: Scalar | (() => Message)]>>;

const PROTO_ROOT = dirname(require.resolve('@elastic/mockotlpserver/package.json'));

const request = messageOf(officialRequest());

function officialRequest(): Type {
  const root = new Root();
  root.resolvePath = (_, target) => join(PROTO_ROOT, target);
  root.loadSync('opentelemetry/proto/collector/trace/v1/trace_service.proto', { keepCase: false });
  return root.lookupType('opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest');
}

function messageOf(type: Type): Message {
  const fields = Object.values(type.fieldsById);
  return Object.fromEntries(fields.map((field) => [field.id, [field.name, typeOf(field)] as const]));
}

function typeOf(field: Field): Scalar | (() => Message) {
  const { resolvedType } = field.resolve();
  if (resolvedType instanceof Type) return () => messageOf(resolvedType);
  if (resolvedType instanceof Enum) return 'varint';
  if (['string', 'bytes', 'double', 'fixed64', 'fixed32'].includes(field.type)) return field.type as Scalar;
  return 'varint';
}

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
