import type { Candle } from './kline';
import { type CandleTable, columnOffset, HEADER } from './shared-columns';

/** One slot of a candle table, read by the thread that also writes it: no lock is needed. */
export class CandleSlot {
  protected readonly header: Int32Array;
  protected readonly values: Float64Array;
  protected readonly capacity: number;
  readonly window: number;

  constructor(table: CandleTable, slot: number) {
    const headerBytes = slot * HEADER.size * Int32Array.BYTES_PER_ELEMENT;
    this.header = new Int32Array(table.header, headerBytes, HEADER.size);
    const first = columnOffset(table, slot, 0);
    const length = columnOffset(table, slot + 1, 0) - first;
    this.values = new Float64Array(table.columns, first * Float64Array.BYTES_PER_ELEMENT, length);
    this.capacity = table.capacity;
    this.window = table.window;
  }

  get closedCount(): number {
    return this.field(HEADER.closed);
  }

  get hasOpen(): boolean {
    return this.field(HEADER.hasOpen) === 1;
  }

  /** @param index 0 for the oldest closed candle; `closedCount` for the open one, where there is one */
  openTimeAt(index: number): number {
    return this.values[this.field(HEADER.start) + index]!;
  }

  candleAt(index: number): Candle {
    const at = this.field(HEADER.start) + index;
    const { values, capacity } = this;
    return {
      openTimeMs: values[at]!,
      open: values[at + capacity]!,
      high: values[at + 2 * capacity]!,
      low: values[at + 3 * capacity]!,
      close: values[at + 4 * capacity]!,
      volume: values[at + 5 * capacity]!,
      quoteVolume: values[at + 6 * capacity]!,
      trades: values[at + 7 * capacity]!,
      takerBuyBase: values[at + 8 * capacity]!,
      takerBuyQuote: values[at + 9 * capacity]!,
    };
  }

  get newestClosedMs(): number | undefined {
    return this.closedCount > 0 ? this.openTimeAt(this.closedCount - 1) : undefined;
  }

  /** Open time of the newest candle, open or closed. */
  get newestMs(): number | undefined {
    return this.hasOpen ? this.openTimeAt(this.closedCount) : this.newestClosedMs;
  }

  get openCandle(): Candle | undefined {
    return this.hasOpen ? this.candleAt(this.closedCount) : undefined;
  }

  /** The newest closed candles, oldest first. */
  newestClosed(count: number): Candle[] {
    const length = Math.min(this.closedCount, Math.max(0, count));
    const first = this.closedCount - length;
    return Array.from({ length }, (_, index) => this.candleAt(first + index));
  }

  /** Index of a closed candle, or -1. */
  indexOf(openTimeMs: number): number {
    let low = 0;
    let high = this.closedCount - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.openTimeAt(middle);
      if (found === openTimeMs) return middle;
      if (found < openTimeMs) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  protected field(index: number): number {
    return this.header[index]!;
  }
}
