import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Thrown when filters hold more than their worker may have; main replaces the worker. */
export class FilterMemoryError extends Error {
  override readonly name = 'FilterMemoryError';

  constructor(limitMb: number) {
    super(`its filters hold more than ${limitMb} MB`);
  }
}

/**
 * Watches what a worker's filters hold, array memory outside the heap included. The engine's own limit would be simpler,
 * but one allocation larger than what is left of it ends the process, not the thread.
 */
export class HeapGuard {
  private readonly limitBytes: number;
  private readonly collectGarbage = garbageCollector();

  constructor(private readonly limitMb: number) {
    this.limitBytes = limitMb * 2 ** 20;
  }

  /** @param letGo drops what can be had again, before it is called an error */
  check(letGo: () => void): void {
    if (heldBytes() <= this.limitBytes) return;
    this.collectGarbage();
    if (heldBytes() <= this.limitBytes) return;
    letGo();
    this.collectGarbage();
    if (heldBytes() > this.limitBytes) throw new FilterMemoryError(this.limitMb);
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
