import type { RestClient } from './rest-client';
import { RestError } from './rest-error';

/** The exchange's clock: candles end by it, not by this machine's. */
export class ExchangeClock {
  private offsetMs = 0;

  constructor(
    private readonly rest: RestClient,
    private readonly local: () => number = Date.now,
  ) {}

  now(): number {
    return this.local() + this.offsetMs;
  }

  /** An event proves that the exchange's clock has come this far: this machine's may have been set back since. */
  seen(eventTimeMs: number, receivedMs: number): void {
    this.offsetMs = Math.max(this.offsetMs, eventTimeMs - receivedMs);
  }

  /** Half of the way there and back is taken as the way there. @throws RestError */
  async measure(): Promise<void> {
    const sentMs = this.local();
    const answer = (await this.rest.get('time')) as { serverTime?: unknown } | null;
    const serverTime = answer?.serverTime;
    if (typeof serverTime !== 'number') throw new RestError('time answered without serverTime', 'body', true);
    this.offsetMs = Math.round(serverTime - (sentMs + this.local()) / 2);
  }
}
