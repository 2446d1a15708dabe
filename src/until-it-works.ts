import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from './log';

const PAUSE_MS = 2000;

/** Repeats a step that the machine cannot do without, telling why it fails, until it works or the machine stops. */
export async function untilItWorks(
  step: () => Promise<void>,
  complaint: string,
  stopping: () => boolean,
  log: Logger,
  failed: (error: unknown) => void = () => {},
): Promise<void> {
  while (!stopping()) {
    try {
      return await step();
    } catch (error) {
      failed(error);
      const message = error instanceof Error ? error.message : String(error);
      log.error(`${complaint}: ${message}; trying again in ${PAUSE_MS / 1000} s`);
      await delay(PAUSE_MS);
    }
  }
}
