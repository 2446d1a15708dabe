const MINUTE_MS = 60_000;
/** Other programs on the same address spend from the same budget. */
const SHARE = 0.9;

/** The exchange's request weight per minute and address, and its bans. Asks are answered with a waiting time. */
export class WeightBudget {
  private used = 0;
  private inFlight = 0;
  private minute = 0;
  private blockedUntilMs = 0;

  /** @param limitPerMinute the exchange's own limit */
  constructor(
    private readonly limitPerMinute: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** @returns 0 when the weight is granted and booked; else ms to wait before asking again */
  take(weight: number): number {
    const nowMs = this.now();
    this.turnMinute(nowMs);
    if (this.blockedUntilMs > nowMs) return this.blockedUntilMs - nowMs;
    const free = this.limitPerMinute * SHARE - this.used - this.inFlight;
    if (weight > free && this.used + this.inFlight > 0) return (this.minute + 1) * MINUTE_MS - nowMs;
    this.inFlight += weight;
    return 0;
  }

  /** @param usedWeight what the exchange says was used this minute; undefined when it did not say */
  settle(weight: number, usedWeight: number | undefined): void {
    this.turnMinute(this.now());
    this.inFlight -= weight;
    this.used = Math.max(this.used + (usedWeight === undefined ? weight : 0), usedWeight ?? 0);
  }

  /** The exchange wants to hear nothing for this long. */
  block(durationMs: number): void {
    this.blockedUntilMs = Math.max(this.blockedUntilMs, this.now() + durationMs);
  }

  private turnMinute(nowMs: number): void {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute === this.minute) return;
    this.minute = minute;
    this.used = 0;
  }
}
