import type { BackoffOptions } from '../backoff';

/** One socket. Times in milliseconds. */
export interface SessionOptions {
  readonly url: string;
  /** An open connection that says nothing for this long is given up. */
  readonly silenceMs: number;
  readonly handshakeTimeoutMs: number;
  readonly subscribeIntervalMs: number;
  readonly ackTimeoutMs: number;
  readonly closeTimeoutMs: number;
  /** How long to stay away when the exchange refuses the address without saying for how long. */
  readonly banMs: number;
}

export interface ConnectionOptions extends SessionOptions {
  /** A connection is replaced at this age; later ones a little earlier, so that they do not all change at once. */
  readonly renewAfterMs: number;
  readonly backoff: BackoffOptions;
}

export interface PoolOptions extends ConnectionOptions {
  readonly maxStreamsPerConnection: number;
}
