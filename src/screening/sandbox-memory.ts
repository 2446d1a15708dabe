import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Filters hold more than their worker may have: the worker has to be replaced. */
export class FilterMemoryError extends Error {}

/**
 * Watches what a worker's filters hold, array memory outside the heap included. The engine's own limit would be simpler,
 * but one allocation larger than what is left of it ends the process, not the thread.
 */
export class HeapGuard {
  private readonly limitBytes: number;
  private readonly collectGarbage = garbageCollector();

  constructor(limitMb: number) {
    this.limitBytes = limitMb * 2 ** 20;
  }

  /** @param letGo drops what can be had again, before it is called an error */
  check(letGo: () => void): void {
    if (heldBytes() <= this.limitBytes) return;
    this.collectGarbage();
    if (heldBytes() <= this.limitBytes) return;
    letGo();
    this.collectGarbage();
    if (heldBytes() > this.limitBytes) throw new FilterMemoryError();
  }
}

function heldBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  return collect;
}
