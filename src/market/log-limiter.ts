import type { Logger } from '../log';

const MINUTE_MS = 60_000;

/** One line per cause and minute; the next line of the same cause says how many were held back. */
export class LogLimiter {
  private readonly causes = new Map<string, { sinceMs: number; suppressed: number }>();

  constructor(
    private readonly log: Logger,
    private readonly now: () => number = Date.now,
  ) {}

  warn(cause: string, fields: Record<string, unknown>, sentence: string): void {
    const known = this.causes.get(cause);
    const nowMs = this.now();
    if (known && nowMs - known.sinceMs < MINUTE_MS) {
      known.suppressed++;
      return;
    }
    this.causes.set(cause, { sinceMs: nowMs, suppressed: 0 });
    const suppressed = known?.suppressed ? { suppressed: known.suppressed } : {};
    this.log.warn({ ...fields, ...suppressed }, sentence);
  }
}
