import { setTimeout as delay } from 'node:timers/promises';

/** The feed was told to stop while something was still under way. */
export class FeedStoppedError extends Error {
  override readonly name = 'FeedStoppedError';

  constructor() {
    super('the market feed was stopped');
  }
}

/** @throws FeedStoppedError when the signal comes first */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch {
    throw new FeedStoppedError();
  }
}
