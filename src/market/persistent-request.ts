import { Backoff, type BackoffOptions } from '../backoff';
import { pause } from './abort';
import { RestError } from './rest-error';

/**
 * Repeats a request until it succeeds, for as long as it takes.
 * @param onFailure told each time, with the delay until the next attempt
 * @param worthRepeating whether the same request may succeed later
 * @throws what `request` throws, when a repetition could not help; FeedStoppedError once the signal is aborted
 */
export async function requestUntilAnswered<Answer>(
  request: () => Promise<Answer>,
  backoff: BackoffOptions,
  signal: AbortSignal,
  onFailure: (error: RestError, delayMs: number) => void,
  worthRepeating: (error: RestError) => boolean = ({ retryable }) => retryable,
): Promise<Answer> {
  const delays = new Backoff(backoff);
  for (;;) {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof RestError) || !worthRepeating(error)) throw error;
      const delayMs = delays.nextMs(error.retryAfterMs);
      onFailure(error, delayMs);
      await pause(delayMs, signal);
    }
  }
}
