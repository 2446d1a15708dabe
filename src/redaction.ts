/** Last line of defence for text that leaves the process: what looks like a credential is taken out. */

/** `scheme://user:password@` and everything from a URL's `?` on. */
const USER_INFO = /(\w:\/\/)[^\s/@"'\\]+@/g;
const QUERY = /(\w:\/\/[^\s?"'\\]*)\?[^\s"'\\]*/g;
const NAMED =
  /\b([\w-]*(?:signature|listen_?key|token|api[-_]?key|secret|passw(?:or)?d|authorization)\\?["']?\s*[:=]\s*\\?["']?)(?:(?:Bearer|Basic)\s+)?[^\s"',&;)\\]+/gi;
const BEARER = /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/g;

/** Works on JSON too: it takes no quote and no backslash away. */
export function withoutCredentials(text: string): string {
  return text
    .replace(USER_INFO, '$1')
    .replace(QUERY, '$1')
    .replace(NAMED, '$1[redacted]')
    .replace(BEARER, '$1 [redacted]');
}

interface SafeError {
  readonly type: string;
  readonly message: string;
  readonly code?: unknown;
  readonly stack?: string;
}

/** Of an error only these: a driver's other fields (`detail`, `where`, `internalQuery`) hold values and statements. */
export function safeError(error: unknown): SafeError | unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, code } = error as Error & { code?: unknown };
  return { type: name, message, ...(code === undefined ? {} : { code }), ...(stack && { stack }) };
}
