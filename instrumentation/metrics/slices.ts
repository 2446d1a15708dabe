/** How long the event loop is kept in one go. */
const SLICE_MS = 1;
/** Of the time that the loop spent elsewhere in between. */
const FAIR_SHARE = 0.25;

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Cuts long work into slices, between which everything else of the process has its turn. */
export class Slices {
  /** What came before, in the same turn, was a slice of its own. */
  #until = performance.now();
  #patienceMs: number;

  /** @param patienceMs how long others may keep the loop in all; then the work is done in one go, or it would be late */
  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  /** Time for others. */
  get over(): boolean {
    return this.#patienceMs > 0 && performance.now() >= this.#until;
  }

  async next(): Promise<void> {
    const left = performance.now();
    await nextTurn();
    const now = performance.now();
    this.#patienceMs -= now - left;
    this.#until = now + Math.max(SLICE_MS, (now - left) * FAIR_SHARE);
  }
}
