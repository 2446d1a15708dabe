/** What a machine takes up from before its last stop. Without it the machine works all the same. */
import type { Logger } from './log';
import type { MachineParts } from './machine-parts';
import { withCarried } from './signals/journal/carried-matches';
import type { Signal } from './signals/signal';

/** An older signal's analysis helps nobody any more. */
const RESUMED_MS = 3_600_000;
const MOST_RESUMED = 50;

/**
 * Without this, a restart would take every continuing match for a new one.
 * @param carried signals that the journal gave back
 */
export async function restoreMatches(
  { memory, storage }: Pick<MachineParts, 'memory' | 'storage'>,
  carried: readonly Signal[],
  log: Logger,
): Promise<void> {
  try {
    memory.restore(withCarried(await storage.executions.lastMatches(), carried));
  } catch (error) {
    log.warn(
      { err: error },
      'The last matches could not be read: every match of the first cycle counts as new',
    );
  }
}

/** What a stop left without analysis. */
export async function resumeAnalyses(
  { storage, analysis, id }: Pick<MachineParts, 'storage' | 'analysis' | 'id'>,
  log: Logger,
): Promise<void> {
  try {
    const since = Date.now() - RESUMED_MS;
    for (const signal of await storage.signals.unanalysed(id, since, MOST_RESUMED)) analysis.submit(signal);
  } catch (error) {
    log.warn({ err: error }, 'Signals that were not analysed before the last stop could not be read');
  }
}
