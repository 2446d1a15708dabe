/** Moves a market on with the exchange's clock, stopping at every moment that matters to it. */
import type { ExchangeClock } from '../exchange-clock';

/** Longest step of a clock that runs; a faster or manual clock is followed in steps of a given length. */
const TICK_MS = 50;

export interface Followed {
  /** The next moment, exchange time, that must not be stepped over. */
  nextEventMs(): number;
  step(nowMs: number): void;
}

export class ClockFollower {
  #timeMs: number;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(
    private readonly clock: ExchangeClock,
    private readonly followed: Followed,
    private readonly longestStepMs: number,
  ) {
    this.#timeMs = clock.now();
  }

  get timeMs(): number {
    return this.#timeMs;
  }

  start(): void {
    this.clock.onAdvance(() => this.#advanceTo(this.clock.now()));
    if (!this.clock.manual) this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#stopped) return;
    const untilMs = Math.min(TICK_MS, this.clock.realMsUntil(this.followed.nextEventMs()));
    this.#timer = setTimeout(() => {
      this.#advanceTo(this.clock.now());
      this.#schedule();
    }, untilMs);
  }

  /** A clock that was set back is waited for; one that was set on is caught up with, candle by candle. */
  #advanceTo(nowMs: number): void {
    while (this.#timeMs < nowMs && !this.#stopped) {
      const longest = this.#timeMs + Math.max(TICK_MS, this.longestStepMs);
      this.#timeMs = Math.min(nowMs, longest, Math.max(this.followed.nextEventMs(), this.#timeMs + 1));
      this.followed.step(this.#timeMs);
    }
  }
}
