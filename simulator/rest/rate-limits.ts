/** Request weight per minute, the refusals beyond it and the ban of those who do not listen. */
import { ApiError } from './api-error';

const MINUTE_MS = 60_000;

export class RateLimits {
  #minute = 0;
  #used = 0;
  #refusals = 0;
  #bannedUntilMs = 0;

  /**
   * @param weightPerMinute the exchange's is 6,000
   * @param refusalsBeforeBan requests after the limit that are answered 429 before the address is banned
   */
  constructor(
    readonly weightPerMinute: number,
    private readonly refusalsBeforeBan: number,
    private readonly banMs: number,
  ) {}

  get used(): number {
    return this.#used;
  }

  /** @throws ApiError 429 beyond the limit, 418 while banned */
  take(weight: number, nowMs: number): void {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#used = 0;
      this.#refusals = 0;
    }
    if (nowMs < this.#bannedUntilMs) throw banned(this.#bannedUntilMs, nowMs);
    this.#used += weight;
    if (this.#used <= this.weightPerMinute) return;
    if (++this.#refusals > this.refusalsBeforeBan) {
      this.#bannedUntilMs = nowMs + this.banMs;
      throw banned(this.#bannedUntilMs, nowMs);
    }
    throw overLimit(this.weightPerMinute, Math.ceil((MINUTE_MS - (nowMs % MINUTE_MS)) / 1000));
  }
}

export function overLimit(limit: number, retryAfterSeconds: number): ApiError {
  const message =
    `Too much request weight used; current limit is ${limit} request weight per 1 MINUTE. ` +
    'Please use WebSocket Streams for live updates to avoid polling the API.';
  return new ApiError(429, -1003, message, { 'Retry-After': String(retryAfterSeconds) });
}

export function banned(untilMs: number, nowMs: number): ApiError {
  const message =
    `Way too much request weight used; IP banned until ${untilMs}. ` +
    'Please use WebSocket Streams for live updates to avoid bans.';
  return new ApiError(418, -1003, message, { 'Retry-After': String(Math.ceil((untilMs - nowMs) / 1000)) });
}
