import type { Counter, Histogram, Meter } from '@opentelemetry/api';
import { SYNC_METRICS } from './catalogue/sync';
import { counter, declareSeries, histogram, observableGauge } from './instruments';
import { QUEUE_TYPES, type QueueType } from './label-values';

/** The writer's batches and queues. */
export class SyncTelemetry {
  private readonly batches: Counter;
  private readonly errors: Counter;
  private readonly durationMs: Histogram;

  constructor(private readonly meter: Meter) {
    this.batches = counter(meter, SYNC_METRICS.batchWrites);
    this.errors = counter(meter, SYNC_METRICS.writeErrors);
    this.durationMs = histogram(meter, SYNC_METRICS.writeDuration);
    for (const total of [this.batches, this.errors]) total.add(0);
    declareSeries(this.durationMs, {});
  }

  observeQueues(depth: (queue: QueueType) => number): void {
    observableGauge(this.meter, SYNC_METRICS.queueDepth).addCallback((result) => {
      for (const queue_type of QUEUE_TYPES) result.observe(depth(queue_type), { queue_type });
    });
  }

  batchWritten(durationMs: number): void {
    this.batches.add(1);
    this.durationMs.record(durationMs);
  }

  batchFailed(durationMs: number): void {
    this.errors.add(1);
    this.durationMs.record(durationMs);
  }
}
