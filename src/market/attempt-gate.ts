export const ATTEMPT_LIMIT = 300;
export const ATTEMPT_WINDOW_MS = 5 * 60_000;

/** Connection attempts of all connections together: the exchange counts and bans per address, not per connection. */
export class AttemptGate {
  private readonly attemptsMs: number[] = [];
  private blockedUntilMs = 0;

  constructor(
    private readonly now: () => number = Date.now,
    private readonly limit = ATTEMPT_LIMIT,
    private readonly windowMs = ATTEMPT_WINDOW_MS,
  ) {}

  /** Nobody may try before `delayMs` have passed. */
  block(delayMs: number): void {
    this.blockedUntilMs = Math.max(this.blockedUntilMs, this.now() + delayMs);
  }

  /** @returns 0 when the attempt may be made, and is counted; else how long to wait before asking again, ms */
  admit(): number {
    const nowMs = this.now();
    while (this.attemptsMs.length > 0 && this.attemptsMs[0]! <= nowMs - this.windowMs)
      this.attemptsMs.shift();
    const blockedMs = this.blockedUntilMs - nowMs;
    const fullMs = this.attemptsMs.length < this.limit ? 0 : this.attemptsMs[0]! + this.windowMs - nowMs;
    const waitMs = Math.max(blockedMs, fullMs, 0);
    if (waitMs === 0) this.attemptsMs.push(nowMs);
    return waitMs;
  }
}
