/** What telemetry says about itself: single lines on stderr, never a stack, a credential or a flood. */
import { writeSync } from 'node:fs';
import { type DiagLogger, type DiagLogLevel, diag } from '@opentelemetry/api';

const REPEAT_AFTER_MS = 60_000;
/** However many causes there are. */
const MAX_LINES_PER_MINUTE = 30;
const MAX_LENGTH = 500;
const STDERR = 2;

/** Causes of the minute under way. */
const said = new Set<string>();
let minuteStarted = Number.NEGATIVE_INFINITY;

const NAMED_CREDENTIAL =
  /\b([\w-]*(?:signature|listen_?key|token|api[-_]?key|secret|passw(?:or)?d|authorization)["']?\s*[:=]\s*["']?)(?:(?:Bearer|Basic)\s+)?[^\s"',&;)]+/gi;

/** Takes out what a URL may carry besides host and path (user, password, query), and what is called a credential. */
export function withoutSecrets(text: string): string {
  return text
    .replace(/\b(\w+:\/\/)[^\s/@]*@/g, '$1')
    .replace(/(\w+:\/\/[^\s?'"]*)\?[^\s'";]*/g, '$1')
    .replace(NAMED_CREDENTIAL, '$1[redacted]');
}

export function say(sentence: string): void {
  const line = withoutSecrets(sentence.slice(0, 4 * MAX_LENGTH))
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .slice(0, MAX_LENGTH);
  try {
    // process.stderr would raise an unhandled 'error' event in the application when the reader of a pipe is gone.
    writeSync(STDERR, `[telemetry] ${line}\n`);
  } catch {
    // Nobody is listening.
  }
}

/** At most one line per cause and minute, and not many lines in all: causes can be named by hostile input. */
export function sayOncePerMinute(cause: string, sentence: string): void {
  const now = performance.now();
  if (now - minuteStarted >= REPEAT_AFTER_MS) {
    minuteStarted = now;
    said.clear();
  }
  if (said.has(cause) || said.size > MAX_LINES_PER_MINUTE) return;
  said.add(cause);
  if (said.size <= MAX_LINES_PER_MINUTE) say(sentence);
  else say('there is more to report; it is withheld until this minute is over');
}

/** The name and message of whatever was thrown, however hostile. */
export function describe(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  } catch {
    return 'an error that cannot be printed';
  }
}

/** The SDK reports an error as JSON of all its fields, stack included: the message is what an operator reads. */
function readable(part: unknown): string {
  if (typeof part !== 'string') return describe(part);
  try {
    const { name, message } = JSON.parse(part) as { name?: string; message?: string };
    return message === undefined ? part : `${name ?? 'Error'}: ${message}`;
  } catch {
    return part;
  }
}

function forward(message: string, ...parts: unknown[]): void {
  const text = [message, ...parts].map(readable).join(' ');
  sayOncePerMinute(text.replace(/\d+/g, '#').slice(0, 80), `OpenTelemetry: ${text}`);
}

const quiet = () => {};

/** Sends the SDK's own complaints to stderr; without this they go nowhere. */
export function followSdkDiagnostics(logLevel: DiagLogLevel): void {
  const logger: DiagLogger = { error: forward, warn: forward, info: forward, debug: forward, verbose: quiet };
  diag.setLogger(logger, { logLevel, suppressOverrideMessage: true });
}
