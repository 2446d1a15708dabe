import type { Logger } from './log';
import { LogBackoff } from './log-backoff';

/** Warnings that say how many of their kind were left out since the last one. */
export class LogLimiter {
  private readonly backoff: LogBackoff;

  constructor(
    private readonly log: Logger,
    now: () => number = Date.now,
  ) {
    this.backoff = new LogBackoff(now);
  }

  warn(cause: string, fields: Record<string, unknown>, sentence: string): void {
    const suppressed = this.backoff.admit(cause);
    if (suppressed === undefined) return;
    this.log.warn(suppressed > 0 ? { ...fields, suppressed } : fields, sentence);
  }
}
