import {
  CANDLE_COLUMNS,
  type CandleTable,
  columnOffset,
  HEADER,
  TICKER_COLUMNS,
  type TickerTable,
} from '../market/shared-columns';

/** A writer holds a slot for microseconds: one that stays odd this long is not being written, it is broken. */
const TRIES = 1000;

/**
 * Copies one slot out under its sequence lock. The second look at the revision is a read-modify-write, so that on no
 * processor the copied values are read after it.
 * @returns false if the slot changed at every try
 */
function readStable(header: Int32Array, at: number, copy: () => void): boolean {
  for (let tries = 0; tries < TRIES; tries++) {
    const before = Atomics.load(header, at);
    if ((before & 1) === 1) continue;
    copy();
    if (Atomics.add(header, at, 0) === before) return true;
  }
  return false;
}

/** Reads the candles of one interval, slot by slot. */
export class CandleReader {
  start = 0;
  closed = 0;
  hasOpen = false;
  private readonly header: Int32Array;
  private readonly columns: Float64Array;
  private readonly slotSize: number;

  constructor(private readonly table: CandleTable) {
    this.header = new Int32Array(table.header);
    this.columns = new Float64Array(table.columns);
    this.slotSize = CANDLE_COLUMNS.length * table.capacity;
  }

  /** Copies every column of the slot and sets `start`, `closed` and `hasOpen`. */
  read(slot: number, target: Float64Array): boolean {
    const at = slot * HEADER.size;
    const first = columnOffset(this.table, slot, 0);
    const values = this.columns.subarray(first, first + this.slotSize);
    return readStable(this.header, at, () => {
      this.start = this.header[at + HEADER.start]!;
      this.closed = this.header[at + HEADER.closed]!;
      this.hasOpen = this.header[at + HEADER.hasOpen] === 1;
      target.set(values);
    });
  }

  has(slot: number): boolean {
    return slot >= 0 && slot < this.table.slots;
  }
}

/** Reads tickers, slot by slot. An event time of 0 means that none has arrived. */
export class TickerReader {
  private readonly header: Int32Array;
  private readonly columns: Float64Array;

  constructor(private readonly table: TickerTable) {
    this.header = new Int32Array(table.header);
    this.columns = new Float64Array(table.columns);
  }

  read(slot: number, target: Float64Array): void {
    const first = slot * TICKER_COLUMNS.length;
    const values = this.columns.subarray(first, first + TICKER_COLUMNS.length);
    const known = slot >= 0 && slot < this.table.slots;
    if (!known || !readStable(this.header, slot, () => target.set(values))) target.fill(0);
  }
}
