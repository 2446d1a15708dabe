import type { ConnectFailure } from '../telemetry/label-values';

/** Why a session ended, or never began. */
export class SessionEnd extends Error {
  override readonly name = 'SessionEnd';

  /**
   * @param message completes "connection 1 of 3 …"
   * @param banMs how long the exchange wants to see nobody from this address
   */
  constructor(
    message: string,
    readonly banMs = 0,
    readonly failure: ConnectFailure = 'closed',
  ) {
    super(message);
  }
}

/** The handshake was answered with something else than an upgrade. */
export function refusal(status: number, retryAfter: string | undefined, banMs: number): SessionEnd {
  const sentence = `was refused with HTTP ${status}`;
  const askedMs = Number(retryAfter) * 1000;
  if (askedMs > 0) return new SessionEnd(`${sentence}, asked to wait ${retryAfter} s`, askedMs, 'refused');
  return new SessionEnd(sentence, [403, 418, 429].includes(status) ? banMs : 0, 'refused');
}
