import type { Backoff } from '../backoff';
import type { BatchFailure, BatchObserver } from './batch-write';

export interface BatchLoopOptions {
  readonly capacity: number;
  readonly batchSize: number;
  /** A batch that does not fill is written after this. */
  readonly flushIntervalMs: number;
  readonly backoff: Backoff;
}

/** Told of everything that becomes of an item, each in the turn in which the queue changes. */
export interface BatchLoopObserver<Item> extends BatchObserver<Item> {
  /** Makes one attempt to write a batch, `write`, outside of whatever queued or scheduled it. 1 is the first attempt. */
  attempt<Result>(items: readonly Item[], attempt: number, write: () => Promise<Result>): Promise<Result>;
  overflowed(item: Item): void;
  /** The items stay queued; the next try is `retryInMs` away. */
  failed(failure: BatchFailure<Item>, retryInMs: number): void;
  abandoned(items: readonly Item[]): void;
}
