/** The exchange's own clock. Every time it reports, and every candle boundary, is read from here. */
export interface ClockOptions {
  /** Exchange time minus real time at the start, milliseconds. Default 0. */
  readonly offsetMs?: number;
  /** Exchange milliseconds per real millisecond. Default 1. */
  readonly speed?: number;
  /** The clock stands still and moves only by `advance`. Default false. */
  readonly manual?: boolean;
}

export class ExchangeClock {
  readonly speed: number;
  readonly manual: boolean;
  #originRealMs = Date.now();
  #originMs: number;
  #listener: () => void = () => {};

  constructor({ offsetMs = 0, speed = 1, manual = false }: ClockOptions = {}) {
    this.speed = speed;
    this.manual = manual;
    this.#originMs = this.#originRealMs + offsetMs;
  }

  /** Exchange time in epoch milliseconds, whole. */
  now(): number {
    if (this.manual) return this.#originMs;
    return Math.floor(this.#originMs + (Date.now() - this.#originRealMs) * this.speed);
  }

  /** Real milliseconds until the exchange's clock shows `timeMs`; 0 when it already does. */
  realMsUntil(timeMs: number): number {
    return Math.max(0, (timeMs - this.now()) / this.speed);
  }

  /** Steps the clock, in either direction, as a wrongly set clock that is corrected does. */
  shift(byMs: number): void {
    const now = this.now();
    this.#originRealMs = Date.now();
    this.#originMs = now + byMs;
  }

  /** Moves a manual clock on; everything that falls due happens before this returns. */
  advance(byMs: number): void {
    if (!this.manual) throw new Error('only a clock started with manual: true can be advanced');
    this.#originMs += byMs;
    this.#listener();
  }

  onAdvance(listener: () => void): void {
    this.#listener = listener;
  }
}
