/**
 * Which slot of the shared tables belongs to which symbol. A slot that was given back waits at the end of the line:
 * a filter task that still knows the old owner is over long before another symbol moves in.
 */
export class SlotDirectory {
  private readonly slots = new Map<string, number>();
  private readonly free: number[];

  constructor(readonly size: number) {
    this.free = Array.from({ length: size }, (_, slot) => slot);
  }

  slotOf(symbol: string): number | undefined {
    return this.slots.get(symbol);
  }

  /** @throws RangeError when every slot is taken */
  take(symbol: string): number {
    const slot = this.free.shift();
    if (slot === undefined) throw new RangeError(`no free slot for ${symbol}: all ${this.size} are taken`);
    this.slots.set(symbol, slot);
    return slot;
  }

  release(symbol: string): void {
    const slot = this.slots.get(symbol);
    if (slot === undefined) return;
    this.slots.delete(symbol);
    this.free.push(slot);
  }
}
