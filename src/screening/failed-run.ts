import { monotonicNowMs } from '../telemetry/monotonic';
import type { FailedRun } from './filter-runner';
import type { WorkerLost } from './worker-lost';

export function failedRun(
  errorType: FailedRun['errorType'],
  message: string,
  startedAtMs: number,
): FailedRun {
  return { kind: 'failed', errorType, message, startedAtMs, runMs: monotonicNowMs() - startedAtMs };
}

/** Why a trader cost its worker, as the rest of a sentence that begins with the trader. */
export function describeLoss(lost: WorkerLost, limits: { timeoutMs: number; memoryMb: number }): string {
  if (lost.reason === 'timeout') return `did not finish within ${limits.timeoutMs} ms`;
  if (lost.reason === 'memory') return `used more than the ${limits.memoryMb} MB a worker may hold`;
  return `ended its worker: ${lost.message}`;
}
