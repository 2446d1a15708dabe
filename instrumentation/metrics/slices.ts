/** How long the event loop is kept in one go. */
const SLICE_MS = 1;
/** Of the time that the loop spent elsewhere: a busy application delays a long page, but cannot starve it. */
const FAIR_SHARE = 0.25;

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Cuts long work into slices, between which everything else of the process has its turn. */
export class Slices {
  #until = performance.now() + SLICE_MS;

  /** Time for others. */
  get over(): boolean {
    return performance.now() >= this.#until;
  }

  async next(): Promise<void> {
    const left = performance.now();
    await nextTurn();
    const now = performance.now();
    this.#until = now + Math.max(SLICE_MS, (now - left) * FAIR_SHARE);
  }
}
