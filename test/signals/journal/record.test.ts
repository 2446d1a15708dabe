import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  decodeRecords,
  encodeAcknowledged,
  encodeSignal,
  HEADER,
  type JournalRecord,
} from '../../../src/signals/journal/record';
import type { Signal } from '../../../src/signals/signal';
import { aSignal } from '../../support/signal-fixtures';

const text = fc.string({ unit: 'binary', maxLength: 40 });
const signal = fc
  .record({
    id: fc.uuid(),
    traderName: text,
    symbol: text,
    price: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    changePercent: fc.option(fc.integer()),
    conditions: fc.array(text, { maxLength: 3 }),
  })
  .map((fields) => aSignal(fields));
const record: fc.Arbitrary<JournalRecord> = fc.oneof(
  signal.map((one) => ({ signal: one })),
  fc.array(fc.uuid(), { maxLength: 5 }).map((acknowledged) => ({ acknowledged })),
);
const encode = (one: JournalRecord) =>
  'signal' in one ? encodeSignal(one.signal) : encodeAcknowledged(one.acknowledged);

/** A file, its records, and where each ends. */
const file = fc.array(record, { minLength: 1, maxLength: 8 }).map((records) => {
  const frames = records.map(encode);
  const ends = frames.map((_, index) =>
    frames.slice(0, index + 1).reduce((sum, frame) => sum + frame.length, HEADER.length),
  );
  return { records, ends, bytes: Buffer.concat([HEADER, ...frames]) };
});

const wholeBefore = (ends: readonly number[], byte: number) => ends.filter((end) => end <= byte).length;

describe('the bytes of a journal', () => {
  it('gives back every record as it was', () => {
    fc.assert(
      fc.property(file, ({ records, bytes }) => {
        expect(decodeRecords(bytes)).toEqual({ records, validBytes: bytes.length, problem: undefined });
      }),
    );
  });

  it('cut anywhere, gives the whole records before the cut and says that it was cut', () => {
    fc.assert(
      fc.property(file, fc.nat(), ({ records, ends, bytes }, at) => {
        const cut = at % bytes.length;
        const decoded = decodeRecords(bytes.subarray(0, cut));
        expect(decoded.records).toEqual(records.slice(0, wholeBefore(ends, cut)));
        const atEnd = cut === 0 || cut === HEADER.length || ends.includes(cut);
        expect(decoded.problem === undefined).toBe(atEnd);
      }),
      { numRuns: 500 },
    );
  });

  it('with any byte changed, gives the records before it and invents none', () => {
    fc.assert(
      fc.property(file, fc.nat(), fc.integer({ min: 1, max: 255 }), ({ records, ends, bytes }, at, mask) => {
        const broken = Buffer.from(bytes);
        const byte = at % broken.length;
        broken[byte] = (broken[byte] ?? 0) ^ mask;
        const decoded = decodeRecords(broken);
        const before = byte < HEADER.length ? 0 : wholeBefore(ends, byte);
        expect(decoded.records).toEqual(records.slice(0, before));
        expect(decoded.problem).toMatch(/record|begin/);
      }),
      { numRuns: 1000 },
    );
  });

  it('reads any other bytes without a record and without a throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        expect(decodeRecords(Buffer.from(noise)).records).toEqual([]);
        expect(decodeRecords(Buffer.concat([HEADER, noise])).records).toEqual([]);
      }),
    );
  });

  it('takes a tail of zeros, as a crashed file system leaves it, for damage', () => {
    const bytes = Buffer.concat([HEADER, encodeSignal(aSignal()), Buffer.alloc(64)]);
    const decoded = decodeRecords(bytes);
    expect(decoded.records).toHaveLength(1);
    expect(decoded.problem).toMatch(/checksum/);
  });

  it('keeps the ids of the trace that found the signal, and nothing else of it', () => {
    const context = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
    };
    const traced: Signal = aSignal({
      trace: { ...context, traceState: { get: () => undefined } as never },
    });
    const [decoded] = decodeRecords(Buffer.concat([HEADER, encodeSignal(traced)])).records;
    expect(decoded).toEqual({ signal: { ...traced, trace: context } });
  });
});
