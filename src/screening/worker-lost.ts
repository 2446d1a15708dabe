import type { RestartReason } from '../telemetry/label-values';

/** A worker was ended, or died, before it replied. */
export class WorkerLost extends Error {
  constructor(
    readonly reason: RestartReason,
    message: string,
  ) {
    super(message);
  }
}

export function reasonOf(error: Error & { code?: string }): RestartReason {
  if (error instanceof WorkerLost) return error.reason;
  return error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'crash';
}
