import { describe, sayOncePerMinute } from '../diagnostics';
import type { ObservedInstrument } from './observed-instrument';

/** What a callback is given: `observe` of one instrument, or of any of several. */
type Run = (isOpen: () => boolean) => unknown;

class ObservedCallback {
  #running = false;

  constructor(
    readonly callback: unknown,
    readonly instruments: ReadonlySet<ObservedInstrument>,
    private readonly run: Run,
  ) {}

  get name(): string {
    return [...this.instruments].map((instrument) => instrument.name).join(', ');
  }

  /** A callback that still hangs from an earlier collection is not called again: nothing piles up. */
  async observe(isOpen: () => boolean): Promise<void> {
    if (this.#running) throw new Error('it is still running since an earlier scrape');
    this.#running = true;
    try {
      await this.run(isOpen);
    } catch (thrown) {
      throw thrown instanceof Error ? thrown : new Error(`it threw ${describe(thrown)}`);
    } finally {
      this.#running = false;
    }
  }
}

/** Runs the callbacks of all observed instruments, once per collection and within its time. */
export class ObservedCallbacks {
  readonly #callbacks: ObservedCallback[] = [];
  readonly #instruments: ObservedInstrument[] = [];

  addInstrument(instrument: ObservedInstrument): void {
    this.#instruments.push(instrument);
  }

  get instruments(): readonly ObservedInstrument[] {
    return this.#instruments;
  }

  add(callback: unknown, instruments: ReadonlySet<ObservedInstrument>, run: Run): void {
    if (instruments.size === 0 || this.#indexOf(callback, instruments) !== -1) return;
    this.#callbacks.push(new ObservedCallback(callback, instruments, run));
  }

  remove(callback: unknown, instruments: ReadonlySet<ObservedInstrument>): void {
    const index = this.#indexOf(callback, instruments);
    if (index !== -1) this.#callbacks.splice(index, 1);
  }

  /**
   * Fills the instruments afresh, so that a label set which is no longer observed is gone.
   * @returns how many callbacks threw, hung or were cut off at `timeoutMs`; what they observed until then counts.
   */
  async collect(timeoutMs: number): Promise<number> {
    for (const instrument of this.#instruments) instrument.startOver();
    let open = true;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`it did not end within ${timeoutMs} ms`)), timeoutMs);
      timer.unref();
    });
    // With no callback left to race it, the deadline must not surface as an unhandled rejection.
    deadline.catch(() => {});
    const failed = await Promise.all(
      this.#callbacks.map((callback) => this.#failed(callback, () => open, deadline)),
    );
    clearTimeout(timer);
    open = false;
    return failed.filter(Boolean).length;
  }

  async #failed(
    callback: ObservedCallback,
    isOpen: () => boolean,
    deadline: Promise<never>,
  ): Promise<boolean> {
    try {
      await Promise.race([callback.observe(isOpen), deadline]);
      return false;
    } catch (error) {
      for (const instrument of callback.instruments) instrument.callbackFailed();
      sayOncePerMinute(
        `callback ${callback.name}`,
        `the callback of ${callback.name} failed, its series may be missing from the page: ${describe(error)}`,
      );
      return true;
    }
  }

  #indexOf(callback: unknown, instruments: ReadonlySet<ObservedInstrument>): number {
    return this.#callbacks.findIndex(
      (known) =>
        known.callback === callback &&
        known.instruments.size === instruments.size &&
        [...instruments].every((instrument) => known.instruments.has(instrument)),
    );
  }
}
