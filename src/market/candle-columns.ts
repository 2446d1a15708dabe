import { CandleSlot } from './candle-slot';
import type { Candle } from './kline';
import { HEADER } from './shared-columns';

/**
 * The one writer of one slot of a candle table. Whatever a method does to the slot happens under its sequence lock,
 * so that a reader in another thread sees the state before or after, or knows that it must read again.
 */
export class CandleColumns extends CandleSlot {
  setOpen(candle: Candle): void {
    this.lock();
    this.write(this.closedCount, candle);
    this.header[HEADER.hasOpen] = 1;
    this.unlock();
  }

  /** Appends a closed candle in the open one's place; beyond the window the oldest leaves. */
  append(candle: Candle): void {
    this.lock();
    this.write(this.closedCount, candle);
    this.adoptOpen();
    this.unlock();
  }

  /** The open candle becomes the newest closed one as it stands. */
  promoteOpen(): void {
    this.lock();
    this.adoptOpen();
    this.unlock();
  }

  replace(index: number, candle: Candle): void {
    this.lock();
    this.write(index, candle);
    this.unlock();
  }

  /** Everything anew. `closed` must rise strictly in time and fit the window. */
  rewrite(closed: readonly Candle[], open: Candle | undefined): void {
    this.lock();
    this.header[HEADER.start] = 0;
    this.header[HEADER.closed] = closed.length;
    this.header[HEADER.hasOpen] = open ? 1 : 0;
    closed.forEach((candle, index) => {
      this.write(index, candle);
    });
    if (open) this.write(closed.length, open);
    this.unlock();
  }

  private adoptOpen(): void {
    this.header[HEADER.hasOpen] = 0;
    if (this.closedCount < this.window) this.header[HEADER.closed] = this.closedCount + 1;
    else this.header[HEADER.start] = this.field(HEADER.start) + 1;
    if (this.field(HEADER.start) + this.closedCount >= this.capacity) this.compact();
  }

  /** Moves the candles back to the front: the place after the newest must always be free for an open one. */
  private compact(): void {
    const start = this.field(HEADER.start);
    for (let column = 0; column < this.values.length; column += this.capacity) {
      this.values.copyWithin(column, column + start, column + start + this.closedCount);
    }
    this.header[HEADER.start] = 0;
  }

  private write(index: number, candle: Candle): void {
    const at = this.field(HEADER.start) + index;
    const { values, capacity } = this;
    values[at] = candle.openTimeMs;
    values[at + capacity] = candle.open;
    values[at + 2 * capacity] = candle.high;
    values[at + 3 * capacity] = candle.low;
    values[at + 4 * capacity] = candle.close;
    values[at + 5 * capacity] = candle.volume;
    values[at + 6 * capacity] = candle.quoteVolume;
    values[at + 7 * capacity] = candle.trades;
    values[at + 8 * capacity] = candle.takerBuyBase;
    values[at + 9 * capacity] = candle.takerBuyQuote;
  }

  private lock(): void {
    Atomics.add(this.header, HEADER.revision, 1);
  }

  private unlock(): void {
    Atomics.add(this.header, HEADER.revision, 1);
  }
}
