import {
  CANDLE_COLUMNS,
  type CandleTable,
  columnOffset,
  HEADER,
  TICKER_COLUMNS,
  type TickerTable,
} from '../market/shared-columns';

const CLOSE_COLUMN = CANDLE_COLUMNS.indexOf('close');

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
  /** Of the newest closed candle. */
  newestOpenMs = 0;
  newestClose = 0;
  private readonly header: Int32Array;
  private readonly columns: Float64Array;
  private slot = 0;
  private target: Float64Array = new Float64Array();
  private wanted: readonly number[] = [];

  constructor(private readonly table: CandleTable) {
    this.header = new Int32Array(table.header);
    this.columns = new Float64Array(table.columns);
  }

  /** Copies these columns' candles to their places in `target` and sets the fields above. */
  read(slot: number, target: Float64Array, wanted: readonly number[]): boolean {
    this.slot = slot;
    this.target = target;
    this.wanted = wanted;
    return readStable(this.header, slot * HEADER.size, this.copy);
  }

  /** Only the candles: a column has room in which they move. While the slot is being written, anything may be read. */
  private readonly copy = () => {
    const { header, columns, table, slot, target } = this;
    const { capacity } = table;
    const at = slot * HEADER.size;
    this.start = header[at + HEADER.start]!;
    this.closed = header[at + HEADER.closed]!;
    this.hasOpen = header[at + HEADER.hasOpen] === 1;
    const end = Math.min(this.start + this.closed + 1, capacity);
    const first = columnOffset(table, slot, 0);
    for (const column of this.wanted) {
      const from = column * capacity;
      target.set(columns.subarray(first + from + this.start, first + from + end), from + this.start);
    }
    const newest = first + this.start + this.closed - 1;
    this.newestOpenMs = columns[newest]!;
    this.newestClose = columns[newest + CLOSE_COLUMN * capacity]!;
  };

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
