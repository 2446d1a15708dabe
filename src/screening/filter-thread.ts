import { Piscina } from 'piscina';
import type { WorkerSettings } from './messages';

/**
 * The engine's own heap limit is only a last resort: an allocation larger than what is left below it aborts the process.
 * What a worker may hold is watched by the worker and, where it does not come to that, by main.
 */
const ENGINE_HEAP_MB = 4096;

/**
 * A pool of one thread. One per slot: in a pool of many, a slot would be no worker in particular. The preload is not
 * inherited from the command line, and nothing of the environment is.
 */
export function filterThread(workerFile: string, settings: WorkerSettings): Piscina {
  return new Piscina({
    filename: workerFile,
    minThreads: 1,
    maxThreads: 1,
    idleTimeout: Number.POSITIVE_INFINITY,
    // The worker keeps its event loop: nothing waits there for `process.stdout`, which filters must not find.
    atomics: 'disabled',
    env: {},
    execArgv: [],
    argv: [],
    resourceLimits: { maxOldGenerationSizeMb: ENGINE_HEAP_MB, maxYoungGenerationSizeMb: 16 },
    workerData: settings,
  });
}
