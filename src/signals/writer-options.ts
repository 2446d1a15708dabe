import type { QueueType } from '../telemetry/label-values';

export interface WriterOptions {
  readonly batchSize: number;
  readonly flushIntervalMs: number;
  readonly capacity: Readonly<Record<QueueType, number>>;
  /** First delay after a failed batch; it doubles with each further failure, up to the limit. */
  readonly backoffBaseMs: number;
  readonly backoffLimitMs: number;
}

/** Items that wait in memory, at most. */
export const CAPACITY = { signals: 1000, metrics: 1000, events: 500 } as const;

/**
 * A signal that is on the disk need not be dropped to spare the memory. So many of the usual size take 15 MB of it,
 * and less than half of what the journal may hold.
 */
export const JOURNALLED_CAPACITY = { ...CAPACITY, signals: 20_000 } as const;

export const DEFAULTS: WriterOptions = {
  batchSize: 100,
  flushIntervalMs: 10_000,
  capacity: CAPACITY,
  backoffBaseMs: 500,
  backoffLimitMs: 30_000,
};
