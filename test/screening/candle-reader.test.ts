import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from '@jest/globals';
import {
  allocateCandleTable,
  allocateTickerTable,
  CANDLE_COLUMNS,
  columnOffset,
  HEADER,
} from '../../src/market/shared-columns';
import { CandleReader, TickerReader } from '../../src/screening/candle-reader';
import { fillSlot } from '../support/filter-orders';

const table = allocateCandleTable('1m', 3, 10);
const ALL = CANDLE_COLUMNS.map((_, column) => column);
const scratch = () => new Float64Array(CANDLE_COLUMNS.length * table.capacity);

describe('CandleReader', () => {
  it('copies the slot’s columns and says where its candles are', () => {
    fillSlot(table, 1, 8, true);
    const reader = new CandleReader(table);
    const target = scratch();
    expect(reader.read(1, target, ALL)).toBe(true);
    expect([reader.start, reader.closed, reader.hasOpen]).toEqual([0, 8, true]);
    expect(target[4 * table.capacity + 7]).toBe(108);
    expect(target[8]).toBe(8 * 60_000);
  });

  it('copies no other columns, and tells the newest candle all the same', () => {
    fillSlot(table, 1, 8, true);
    const reader = new CandleReader(table);
    const target = scratch();
    const volume = CANDLE_COLUMNS.indexOf('volume');
    expect(reader.read(1, target, [volume])).toBe(true);
    const touched = [...target.keys()].filter((index) => target[index] !== 0);
    expect(new Set(touched.map((index) => Math.floor(index / table.capacity)))).toEqual(new Set([volume]));
    expect([reader.newestOpenMs, reader.newestClose]).toEqual([7 * 60_000, 108]);
  });

  it('gives up on a slot whose writer died in the middle', () => {
    const header = new Int32Array(table.header);
    header[2 * HEADER.size + HEADER.revision] = 7;
    expect(new CandleReader(table).read(2, scratch(), ALL)).toBe(false);
  });

  it('knows the slots of its table only', () => {
    const reader = new CandleReader(table);
    expect([-1, 0, 2, 3].map((slot) => reader.has(slot))).toEqual([false, true, true, false]);
  });

  it('never gives a mixture of two states while a writer is at work', async () => {
    const shared = allocateCandleTable('1m', 1, 10);
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const writer = new Worker(
      `const { workerData: { shared, stop, size, closed } } = require('node:worker_threads');
       const header = new Int32Array(shared.header);
       const columns = new Float64Array(shared.columns);
       Atomics.store(header, closed, 5);
       let state = 0;
       require('node:worker_threads').parentPort.postMessage('writing');
       while (Atomics.load(stop, 0) === 0) {
         state++;
         Atomics.add(header, 0, 1);
         for (let index = 0; index < size; index++) columns[index] = state;
         Atomics.add(header, 0, 1);
         for (let pause = 0; pause < 2000; pause++);
       }`,
      {
        eval: true,
        workerData: { shared, stop, size: columnOffset(shared, 1, 0), closed: HEADER.closed },
      },
    );
    await once(writer, 'message');
    const reader = new CandleReader(shared);
    const target = new Float64Array(CANDLE_COLUMNS.length * shared.capacity);
    const seen = new Set<number>();
    for (let turn = 0; turn < 5000; turn++) {
      if (!reader.read(0, target, ALL)) continue;
      const copied = ALL.flatMap((column) => [
        ...target.subarray(column * shared.capacity, column * shared.capacity + 6),
      ]);
      expect(copied.every((value) => value === target[0])).toBe(true);
      expect([reader.newestOpenMs, reader.newestClose]).toEqual([target[0], target[0]]);
      seen.add(target[0]!);
    }
    Atomics.store(stop, 0, 1);
    await once(writer, 'exit');
    expect(seen.size).toBeGreaterThan(1);
  });
});

describe('TickerReader', () => {
  it('copies a ticker, and zeros where there is none', () => {
    const tickers = allocateTickerTable(2);
    new Float64Array(tickers.columns).set([1000, 1, 2, 3, 4, 5, 6], 7);
    const reader = new TickerReader(tickers);
    const target = new Float64Array(7).fill(9);
    reader.read(1, target);
    expect(Array.from(target)).toEqual([1000, 1, 2, 3, 4, 5, 6]);
    for (const slot of [-1, 0, 2]) {
      target.fill(9);
      reader.read(slot, target);
      expect(Array.from(target)).toEqual([0, 0, 0, 0, 0, 0, 0]);
    }
  });
});
