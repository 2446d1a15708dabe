/** The trader's JSON log lines, as a person reads them in a terminal. Whatever is not such a line passes unchanged. */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

interface LogLine {
  readonly level: string;
  readonly time: string;
  readonly msg: string;
}

const HIDDEN = new Set(['level', 'time', 'msg', 'machine', 'trace_id', 'span_id', 'trace_flags']);

/** An ordinary line is its sentence; one that reports trouble keeps its fields. */
export function readableLine(line: string): string {
  const entry = parseLogLine(line);
  if (entry === undefined) return line;
  const sentence = `${entry.time.slice(11, 19)} ${entry.msg}`;
  if (entry.level === 'info') return sentence;
  const fields = Object.entries(entry).filter(([key]) => !HIDDEN.has(key));
  const shown = fields.map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return `${sentence}  [${[entry.level, ...shown].join(' ')}]`;
}

export function showLog(stream: Readable, write: (text: string) => void): void {
  createInterface({ input: stream }).on('line', (line) => write(`${readableLine(line)}\n`));
}

function parseLogLine(line: string): LogLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry = JSON.parse(line) as Partial<LogLine>;
    const complete =
      typeof entry.msg === 'string' && typeof entry.time === 'string' && typeof entry.level === 'string';
    return complete ? (entry as LogLine) : undefined;
  } catch {
    return undefined;
  }
}
