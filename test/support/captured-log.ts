import { Writable } from 'node:stream';
import { pino } from 'pino';
import type { Logger } from '../../src/log';

export interface CapturedLog {
  readonly log: Logger;
  /** The text of every line so far, at one level or at all. */
  lines(level?: 'info' | 'warn' | 'error'): string[];
}

/** The real logger, writing to memory. */
export function capturedLog(): CapturedLog {
  const entries: { level: string; msg: string }[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      entries.push(JSON.parse(chunk.toString()));
      done();
    },
  });
  const log = pino(
    { level: 'debug', base: null, formatters: { level: (label) => ({ level: label }) } },
    sink,
  );
  return {
    log,
    lines: (level) =>
      entries.filter((one) => level === undefined || one.level === level).map(({ msg }) => msg),
  };
}
