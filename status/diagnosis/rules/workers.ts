/** Can the filters run? */
import type { Reading } from '../../samples/reading';
import { ofMachine, type Rule, when } from '../rule';
import { THRESHOLDS as T } from '../thresholds';
import { executionsOf, flatSeconds, grown, grownWithin, heldSeconds } from '../view';
import { counted, lasting, whole } from '../words';

const alive = ({ workers }: Reading) => workers.active + workers.idle;

function levels({ workers }: Reading): string {
  const { size, active, idle, queued } = workers;
  return `pool_size ${size}, screener_workers_active ${active}, screener_workers_idle ${idle}, screener_queue_depth ${queued}`;
}

/** A pool of one has none for a moment whenever its worker is replaced. */
export const workersGone: Rule = (view) => {
  const { now } = view;
  const gone = (reading: Reading) => reading.workers.size > 0 && alive(reading) === 0;
  const seconds = heldSeconds(view, gone);
  const certain = view.windowSeconds === 0 ? now.workers.queued > 0 : seconds >= T.workersGoneSeconds;
  return when(gone(now) && certain && !view.starting, () =>
    ofMachine(
      'workers_gone',
      'critical',
      `All traders: none of ${counted(now.workers.size, 'filter worker')} runs${seconds > 0 ? ` for ${lasting(seconds)}` : ''}: no filter can be evaluated.`,
      [levels(now)],
    ),
  );
};

export const workersStuck: Rule = (view) => {
  const { now } = view;
  const busy = (reading: Reading) =>
    alive(reading) > 0 && reading.workers.idle === 0 && reading.workers.active > 0;
  const seconds = Math.min(heldSeconds(view, busy), flatSeconds(view, executionsOf));
  return when(busy(now) && seconds >= T.workersStuckSeconds, () =>
    ofMachine(
      'workers_stuck',
      'critical',
      `All traders: ${now.workers.active === 1 ? 'the filter worker' : `each of ${counted(now.workers.active, 'filter worker')}`} has been busy for ${lasting(seconds)} without finishing a task (${now.workers.queued} more queued): a filter does not end.`,
      [levels(now), `sum(trader_executions_total) ${executionsOf(now)}, unchanged for ${lasting(seconds)}`],
    ),
  );
};

export const workersSaturated: Rule = (view) => {
  const { now, windowSeconds } = view;
  const size = Math.max(1, now.workers.size);
  const busyShare = grown(view, ({ workers }) => workers.busySeconds) / Math.max(1, windowSeconds * size);
  return when(windowSeconds >= T.saturatedSeconds && busyShare >= T.saturation, () =>
    ofMachine(
      'workers_saturated',
      'warning',
      `The filter workers are busy ${whole(100 * busyShare)} % of the time: filters wait for each other, and signals come late.`,
      [
        `screener_busy_seconds_total over ${lasting(windowSeconds)} and ${size} workers: ${whole(100 * busyShare)} %`,
        levels(now),
      ],
    ),
  );
};

export const workersRestarting: Rule = (view) =>
  Object.keys(view.now.workers.restarts).flatMap((reason) => {
    const count = grownWithin(view, T.workerRestartsSeconds, ({ workers }) => workers.restarts[reason] ?? 0);
    return when(count > T.workerRestarts, () =>
      ofMachine(
        'workers_restarting',
        'warning',
        `Filter workers keep being replaced: ${counted(count, 'time')} in a quarter of an hour (${reason}).`,
        [
          `screener_worker_restarts_total{reason="${reason}"} ${view.now.workers.restarts[reason]} (+${count})`,
        ],
      ),
    );
  });
