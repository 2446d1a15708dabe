import { performance } from 'node:perf_hooks';
import type { FailedRun } from './filter-runner';
import type { WorkerLost } from './worker-lost';

/** Epoch ms with fractions, on the clock that workers report by. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

export function failedRun(
  errorType: FailedRun['errorType'],
  message: string,
  startedAtMs: number,
): FailedRun {
  return { kind: 'failed', errorType, message, startedAtMs, runMs: nowMs() - startedAtMs };
}

/** Why a trader cost its worker, as the rest of a sentence that begins with the trader. */
export function describeLoss(lost: WorkerLost, limits: { timeoutMs: number; memoryMb: number }): string {
  if (lost.reason === 'timeout') return `did not finish within ${limits.timeoutMs} ms`;
  if (lost.reason === 'memory') return `used more than the ${limits.memoryMb} MB a worker may hold`;
  return `ended its worker: ${lost.message}`;
}
