import { workerData } from 'node:worker_threads';
import type { FilterReply, FilterTask, WorkerSettings } from './messages';
import { SandboxCache } from './sandbox-cache';
import { hardenWorkerRealm } from './sandbox-hardening';
import { HeapGuard } from './sandbox-memory';
import { realmScript } from './sandbox-source';
import { TaskRunner } from './sandbox-task';

const settings = workerData as WorkerSettings;
const progress = new Int32Array(settings.progress);
const runner = new TaskRunner(new SandboxCache(realmScript()), new HeapGuard(settings.memoryMb), () => {
  Atomics.add(progress, 0, 1);
});
hardenWorkerRealm();

/** @param task null asks only whether the worker is up */
export default function runFilter(task: FilterTask | null): FilterReply | null {
  return task === null ? null : runner.run(task);
}
