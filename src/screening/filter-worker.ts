import { workerData } from 'node:worker_threads';
import type { FilterReply, FilterTask, MemoryReply, WorkerSettings } from './messages';
import { SandboxCache } from './sandbox-cache';
import { hardenWorkerRealm } from './sandbox-hardening';
import { FilterMemoryError, HeapGuard } from './sandbox-memory';
import { realmScript } from './sandbox-source';
import { TaskRunner } from './sandbox-task';

const settings = workerData as WorkerSettings;
const progress = new Int32Array(settings.progress);
const runner = new TaskRunner(new SandboxCache(realmScript()), new HeapGuard(settings.memoryMb), () => {
  Atomics.add(progress, 0, 1);
});
hardenWorkerRealm();

/** @param task null asks only whether the worker is up */
export default function runFilter(task: FilterTask | null): FilterReply | MemoryReply | null {
  if (task === null) return null;
  try {
    return runner.run(task);
  } catch (error) {
    if (error instanceof FilterMemoryError) return { taskId: task.taskId, kind: 'memory' };
    throw error;
  }
}
