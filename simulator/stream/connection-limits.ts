/** What one connection may do and how it is kept alive; the defaults are the exchange's. */
export interface ConnectionLimits {
  readonly pingIntervalMs: number;
  readonly pongTimeoutMs: number;
  readonly lifetimeMs: number;
  /** Requests, pings and pongs together. */
  readonly messagesPerSecond: number;
  readonly maxStreams: number;
  readonly ackDelayMs: number;
  /** Connection attempts per five minutes. */
  readonly attemptsPer5Minutes: number;
  /** Whether pings are sent at present. */
  readonly pings: () => boolean;
}

export const EXCHANGE_LIMITS: ConnectionLimits = {
  pingIntervalMs: 20_000,
  pongTimeoutMs: 60_000,
  lifetimeMs: 24 * 3_600_000,
  messagesPerSecond: 5,
  maxStreams: 1024,
  ackDelayMs: 0,
  attemptsPer5Minutes: 300,
  pings: () => true,
};
