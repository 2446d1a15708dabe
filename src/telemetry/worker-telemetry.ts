import type { Counter, Histogram, Meter } from '@opentelemetry/api';
import { WORKER_METRICS } from './catalogue/worker';
import { counter, declareSeries, histogram, observableGauge } from './instruments';
import { RESTART_REASONS, type RestartReason } from './label-values';

export interface PoolState {
  /** Workers the pool may run. */
  readonly size: number;
  /** Live workers running a task. */
  readonly active: number;
  /** Live workers waiting for one. */
  readonly idle: number;
  /** Tasks waiting for a worker. */
  readonly queued: number;
}

/** The filter pool. `worker_id` is the slot, 0 to n-1: a restarted worker keeps its series. */
export class WorkerTelemetry {
  private readonly taskDurationMs: Histogram;
  private readonly busySeconds: Counter;
  private readonly restarts: Counter;
  private readonly slots: { readonly worker_id: string }[] = [];

  constructor(private readonly meter: Meter) {
    this.taskDurationMs = histogram(meter, WORKER_METRICS.taskDuration);
    this.busySeconds = counter(meter, WORKER_METRICS.busySeconds);
    this.restarts = counter(meter, WORKER_METRICS.restarts);
    for (const reason of RESTART_REASONS) this.restarts.add(0, { reason });
  }

  observePool(slots: number, state: () => PoolState): void {
    for (let slot = 0; slot < slots; slot++) {
      const labels = Object.freeze({ worker_id: String(slot) });
      this.slots.push(labels);
      this.busySeconds.add(0, labels);
      declareSeries(this.taskDurationMs, labels);
    }
    const size = observableGauge(this.meter, WORKER_METRICS.poolSize);
    const usage = observableGauge(this.meter, WORKER_METRICS.poolUsage);
    const active = observableGauge(this.meter, WORKER_METRICS.active);
    const idle = observableGauge(this.meter, WORKER_METRICS.idle);
    const queued = observableGauge(this.meter, WORKER_METRICS.queueDepth);
    this.meter.addBatchObservableCallback(
      (result) => {
        const pool = state();
        result.observe(size, pool.size);
        result.observe(usage, pool.active);
        result.observe(active, pool.active);
        result.observe(idle, pool.idle);
        result.observe(queued, pool.queued);
      },
      [size, usage, active, idle, queued],
    );
  }

  taskEnded(slot: number, durationMs: number): void {
    const labels = this.slots[slot];
    if (labels === undefined) return;
    this.taskDurationMs.record(durationMs, labels);
    this.busySeconds.add(durationMs / 1000, labels);
  }

  restarted(reason: RestartReason): void {
    this.restarts.add(1, { reason });
  }
}
