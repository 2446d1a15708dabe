/**
 * First in, first out, with a part at the head that is being written. An item stays in the queue until its fate is
 * known, so `size` is what the database has not acknowledged.
 */
export class BoundedQueue<Item> {
  /** `items[0]` to `items[inFlight - 1]` are being written: they may be stored already and are never evicted. */
  private readonly items: Item[] = [];
  private inFlight = 0;

  constructor(private readonly capacity: number) {
    if (!(capacity >= 1)) throw new RangeError(`A queue needs room for one item at least, not ${capacity}`);
  }

  get size(): number {
    return this.items.length;
  }

  /** @returns the item that had to go for it: the oldest that waits, or the new one where none does */
  push(item: Item): Item | undefined {
    this.items.push(item);
    return this.items.length > this.capacity ? this.items.splice(this.inFlight, 1)[0] : undefined;
  }

  /** Takes the oldest items in flight. One batch at a time. */
  take(count: number): readonly Item[] {
    this.inFlight = Math.min(count, this.items.length);
    return this.items.slice(0, this.inFlight);
  }

  has(item: Item): boolean {
    return this.items.includes(item);
  }

  /** @returns false when the item is no longer here: its fate has been counted before */
  remove(item: Item): boolean {
    const index = this.items.indexOf(item);
    if (index === -1) return false;
    this.items.splice(index, 1);
    if (index < this.inFlight) this.inFlight--;
    return true;
  }

  /** What is still in flight waits again, in its old place. */
  putBack(): void {
    this.inFlight = 0;
  }

  /** Empties the queue, in-flight items included. */
  clear(): readonly Item[] {
    this.inFlight = 0;
    return this.items.splice(0);
  }
}
