/**
 * The bytes of a journal's file: a header that names the version, then records. A record is the length of its payload
 * (4 bytes, little endian), a CRC-32 of length and payload (4 bytes), and the payload, which is JSON.
 */
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { INTERVALS } from '../../market/interval';
import type { Signal } from '../signal';

export type JournalRecord = { readonly signal: Signal } | { readonly acknowledged: readonly string[] };

export interface Decoded {
  readonly records: readonly JournalRecord[];
  /** Where the last whole record ends. */
  readonly validBytes: number;
  /** A clause that says what is wrong from there on; undefined when that is the end of the file. */
  readonly problem: string | undefined;
}

export const HEADER = Buffer.from('signal journal 1\n');
const FRAME_BYTES = 8;
/** A file holds less: a greater length is a broken one, and nothing is reserved for it. */
const LONGEST_BYTES = 2 ** 30;

const SIGNAL = z.object({
  id: z.string(),
  traderId: z.string(),
  traderName: z.string(),
  symbol: z.string(),
  interval: z.enum(INTERVALS),
  boundaryMs: z.number(),
  price: z.number(),
  changePercent: z.number().nullable(),
  quoteVolume: z.number().nullable(),
  conditions: z.array(z.string()),
  createdAtMs: z.number(),
  machineId: z.string(),
  trace: z.object({ traceId: z.string(), spanId: z.string(), traceFlags: z.number() }).nullish(),
});
const RECORD = z.union([z.object({ signal: SIGNAL }), z.object({ acknowledged: z.array(z.string()) })]);

export function encodeSignal(signal: Signal): Buffer {
  const { trace, ...rest } = signal;
  if (!trace) return encode({ signal: rest });
  // A trace state is an object with a life of its own; the link needs the ids.
  const { traceId, spanId, traceFlags } = trace;
  return encode({ signal: { ...rest, trace: { traceId, spanId, traceFlags } } });
}

export function encodeAcknowledged(ids: readonly string[]): Buffer {
  return encode({ acknowledged: ids });
}

function encode(record: JournalRecord): Buffer {
  const json = JSON.stringify(record);
  const length = Buffer.byteLength(json);
  const frame = Buffer.allocUnsafe(FRAME_BYTES + length);
  frame.writeUInt32LE(length, 0);
  frame.write(json, FRAME_BYTES);
  frame.writeUInt32LE(checksumOf(frame), 4);
  return frame;
}

/** Reads as far as the bytes are whole. What follows a broken record has no known beginning and is left. */
export function decodeRecords(bytes: Buffer): Decoded {
  const records: JournalRecord[] = [];
  if (!bytes.subarray(0, HEADER.length).equals(HEADER)) {
    const problem = 'it does not begin like a journal of version 1';
    return { records, validBytes: 0, problem: bytes.length === 0 ? undefined : problem };
  }
  let at = HEADER.length;
  while (at < bytes.length) {
    const next = recordAt(bytes.subarray(at));
    if (typeof next === 'string') return { records, validBytes: at, problem: next };
    records.push(next.record);
    at += next.bytes;
  }
  return { records, validBytes: at, problem: undefined };
}

function recordAt(bytes: Buffer): { readonly record: JournalRecord; readonly bytes: number } | string {
  if (bytes.length < FRAME_BYTES) return 'the record is cut short';
  const length = bytes.readUInt32LE(0);
  if (length > LONGEST_BYTES) return 'the length of the record is impossible';
  const frame = bytes.subarray(0, FRAME_BYTES + length);
  if (frame.length < FRAME_BYTES + length) return 'the record is cut short';
  if (frame.readUInt32LE(4) !== checksumOf(frame)) return 'the checksum does not fit the record';
  const record = parsed(frame.toString('utf8', FRAME_BYTES));
  return record === undefined ? 'the record is not one of a signal' : { record, bytes: frame.length };
}

/** Of the length too: a file that the system filled with zeros is no row of empty records. */
function checksumOf(frame: Buffer): number {
  return crc32(frame.subarray(FRAME_BYTES), crc32(frame.subarray(0, 4)));
}

function parsed(json: string): JournalRecord | undefined {
  try {
    return RECORD.safeParse(JSON.parse(json)).data as JournalRecord | undefined;
  } catch {
    return undefined;
  }
}
