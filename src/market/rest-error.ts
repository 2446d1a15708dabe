export type RestFailure = 'status' | 'network' | 'timeout' | 'body';

/** A REST request that gave no usable answer. */
export class RestError extends Error {
  override readonly name = 'RestError';

  /**
   * @param message a clause that can stand in a log line and in health: `klines answered 503`
   * @param retryable whether the same request may succeed later
   * @param retryAfterMs what the exchange asked for; 0 when it did not
   */
  constructor(
    message: string,
    readonly failure: RestFailure,
    readonly retryable: boolean,
    readonly retryAfterMs = 0,
  ) {
    super(message);
  }
}

/** These name the address, not the request: every request waits. */
const BANNING = new Set([403, 418, 429]);

export function isBan(status: number): boolean {
  return BANNING.has(status);
}

/** @param body only its error code and message are quoted, and only where it is the exchange's JSON */
export function statusError(endpoint: string, status: number, body: string, retryAfterMs: number): RestError {
  const retryable = isBan(status) || status >= 500;
  return new RestError(`${endpoint} answered ${status}${reasonIn(body)}`, 'status', retryable, retryAfterMs);
}

function reasonIn(body: string): string {
  try {
    const { code, msg } = JSON.parse(body) as { code?: unknown; msg?: unknown };
    return typeof code === 'number' ? ` (${code}: ${String(msg).slice(0, 120)})` : '';
  } catch {
    return body.trimStart().startsWith('<') ? ' with an HTML page' : '';
  }
}
