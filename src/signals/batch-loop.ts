import { setTimeout as delay } from 'node:timers/promises';
import type { BatchLoopObserver, BatchLoopOptions } from './batch-contract';
import { type BatchObserver, BatchWrite, type Sink } from './batch-write';
import { BoundedQueue } from './bounded-queue';

/** At the end there is no time for a long back-off. */
const DRAIN_RETRY_MS = 100;

/** One queue and its way to the database: a batch when it is full, or when its first item has waited long enough. */
export class BatchLoop<Item> {
  private readonly queue: BoundedQueue<Item>;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;
  private backingOff = false;
  /** Since a batch last went through. */
  private attempts = 0;
  private state: 'idle' | 'running' | 'draining' | 'stopped' = 'idle';

  constructor(
    private readonly sink: Sink<Item>,
    private readonly options: BatchLoopOptions,
    private readonly observer: BatchLoopObserver<Item>,
  ) {
    this.queue = new BoundedQueue(options.capacity);
  }

  get depth(): number {
    return this.queue.size;
  }

  /** Before `start` items are only kept; after `stop` they are abandoned at once. */
  add(item: Item): void {
    if (this.state === 'stopped') {
      this.observer.abandoned([item]);
      return;
    }
    const evicted = this.queue.push(item);
    if (evicted !== undefined) this.observer.overflowed(evicted);
    if (this.state === 'running') this.schedule();
  }

  start(): void {
    if (this.state !== 'idle') return;
    this.state = 'running';
    this.schedule();
  }

  /** Writes what is queued, batch after batch; what `withinMs` does not suffice for is abandoned. */
  async stop(withinMs: number): Promise<void> {
    if (this.state === 'draining' || this.state === 'stopped') return;
    this.state = 'draining';
    this.clearTimer();
    const deadline = new AbortController();
    await Promise.race([this.drain(deadline.signal), pause(withinMs, deadline.signal)]);
    deadline.abort();
    this.state = 'stopped';
    this.clearTimer();
    const left = this.queue.clear();
    if (left.length > 0) this.observer.abandoned(left);
  }

  private schedule(): void {
    if (this.writing !== undefined || this.backingOff || this.queue.size === 0) return;
    if (this.queue.size >= this.options.batchSize) {
      this.clearTimer();
      this.flush();
    } else {
      this.timer ??= setTimeout(() => this.flush(), this.options.flushIntervalMs);
    }
  }

  private flush(): void {
    this.timer = undefined;
    this.writing = this.writeBatch().then((retryInMs) => {
      this.writing = undefined;
      if (this.state !== 'running') return;
      if (retryInMs === null) this.schedule();
      else this.retryIn(retryInMs);
    });
  }

  private retryIn(delayMs: number): void {
    this.backingOff = true;
    this.timer = setTimeout(() => {
      this.backingOff = false;
      this.flush();
    }, delayMs);
  }

  /** @returns how long to wait before the next try, null when the batch went through */
  private writeBatch(): Promise<number | null> {
    const batch = this.queue.take(this.options.batchSize);
    return this.observer.attempt(batch, ++this.attempts, () => this.write(batch));
  }

  private async write(batch: readonly Item[]): Promise<number | null> {
    const failure = await new BatchWrite(this.sink, this.settling()).run(batch);
    this.queue.putBack();
    if (failure === null) {
      this.attempts = 0;
      this.options.backoff.reset();
      return null;
    }
    const retryInMs = this.options.backoff.nextMs();
    const unwritten = failure.items.filter((item) => this.queue.has(item));
    if (unwritten.length > 0) this.observer.failed({ ...failure, items: unwritten }, retryInMs);
    return retryInMs;
  }

  /** After the deadline of `stop` the queue is empty: a late answer finds nothing and is not counted again. */
  private settling(): BatchObserver<Item> {
    return {
      statementDone: (durationMs, ok) => this.observer.statementDone(durationMs, ok),
      stored: (items) => this.observer.stored(items.filter((item) => this.queue.remove(item))),
      poisoned: (item, error) => {
        if (this.queue.remove(item)) this.observer.poisoned(item, error);
      },
    };
  }

  private async drain(deadline: AbortSignal): Promise<void> {
    await this.writing;
    while (this.queue.size > 0 && !deadline.aborted) {
      const retryInMs = await this.writeBatch();
      if (retryInMs !== null) await pause(Math.min(retryInMs, DRAIN_RETRY_MS), deadline);
    }
  }

  private clearTimer(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}

function pause(delayMs: number, cancel: AbortSignal): Promise<void> {
  return delay(delayMs, undefined, { signal: cancel }).catch(() => {});
}
