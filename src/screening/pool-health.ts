import type { ComponentHealth } from '../health';
import type { PoolState } from '../telemetry/worker-telemetry';

/** A pool without a live worker screens nothing: the machine cannot do its job. */
export function poolHealth(
  state: PoolState,
  stopped: boolean,
  startError: string | undefined,
): ComponentHealth {
  const { size, active, idle } = state;
  const alive = active + idle;
  if (stopped) return { status: 'failed', detail: 'the filter workers have stopped' };
  if (alive === 0) {
    return {
      status: 'failed',
      detail: `none of ${size} filter workers runs: ${startError ?? 'they are starting'}`,
    };
  }
  return { status: alive < size ? 'degraded' : 'ok', detail: `${alive} of ${size} filter workers run` };
}
