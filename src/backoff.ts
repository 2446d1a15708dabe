export interface BackoffOptions {
  /** First delay's upper bound, ms. */
  readonly baseMs: number;
  /** No delay is longer, ms, except where the other side asks for more. */
  readonly capMs: number;
}

/** Exponential delays with full jitter, without end. A tenth of each is kept free of chance: no attempt is immediate. */
export class Backoff {
  private attempts = 0;

  constructor(
    private readonly options: BackoffOptions,
    private readonly random: () => number = Math.random,
  ) {}

  /** @param atLeastMs what the other side asked for, as in `Retry-After` */
  nextMs(atLeastMs = 0): number {
    const { baseMs, capMs } = this.options;
    const bound = Math.min(capMs, baseMs * 2 ** Math.min(this.attempts, 30));
    this.attempts++;
    return Math.max(atLeastMs, Math.round(bound * (0.1 + 0.9 * this.random())));
  }

  reset(): void {
    this.attempts = 0;
  }
}
