import { pino } from 'pino';
import type { Logger } from '../../src/log';
import { logLines } from './log-lines';

export interface CapturedLog {
  readonly log: Logger;
  /** The text of every line so far, at one level or at all. */
  lines(level?: 'info' | 'warn' | 'error'): string[];
}

/** The sentences alone, for tests that look at nothing else of a line. */
export function capturedLog(): CapturedLog {
  const { log, lines } = logLines();
  return {
    log,
    lines: (level) =>
      lines
        .filter((one) => level === undefined || one.level === pino.levels.values[level])
        .map(({ msg }) => msg),
  };
}
