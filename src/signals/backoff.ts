/** Exponential delays with jitter, so that machines do not come back to a restarted database in step. */
export class Backoff {
  private failures = 0;

  /**
   * @param baseMs first delay, before jitter
   * @param limitMs no delay is longer
   */
  constructor(
    private readonly baseMs: number,
    private readonly limitMs: number,
    private readonly random: () => number = Math.random,
  ) {}

  /** The delay after one more failure: between half and all of base × 2ⁿ. */
  nextMs(): number {
    const fullMs = Math.min(this.limitMs, this.baseMs * 2 ** this.failures++);
    return fullMs / 2 + (this.random() * fullMs) / 2;
  }

  reset(): void {
    this.failures = 0;
  }
}
