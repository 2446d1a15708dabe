import type { BatchLoopObserver } from '../batch-contract';
import type { BatchFailure, Sink } from '../batch-write';
import type { Signal } from '../signal';
import type { Journal } from './journal';

/** Lets the journal forget each signal in the turn in which its fate is counted. */
export class JournalObserver implements BatchLoopObserver<Signal> {
  /** Signals that this process had no time for and the next one finds in the journal. */
  leftBehind = 0;

  constructor(
    private readonly inner: BatchLoopObserver<Signal>,
    private readonly journal: Journal,
  ) {}

  attempt<Result>(
    signals: readonly Signal[],
    attempt: number,
    write: () => Promise<Result>,
  ): Promise<Result> {
    return this.inner.attempt(signals, attempt, write);
  }

  statementDone(durationMs: number, ok: boolean): void {
    this.inner.statementDone(durationMs, ok);
  }

  stored(signals: readonly Signal[]): void {
    this.journal.settle(signals);
    this.inner.stored(signals);
  }

  failed(failure: BatchFailure<Signal>, retryInMs: number): void {
    this.inner.failed(failure, retryInMs);
  }

  poisoned(signal: Signal, error: unknown): void {
    this.journal.settle([signal]);
    this.inner.poisoned(signal, error);
  }

  overflowed(signal: Signal): void {
    this.journal.settle([signal]);
    this.inner.overflowed(signal);
  }

  abandoned(signals: readonly Signal[]): void {
    const held = signals.filter((signal) => this.journal.holds(signal));
    const lost = signals.filter((signal) => !this.journal.holds(signal));
    this.leftBehind += held.length;
    if (held.length > 0) this.journal.leave(held);
    if (lost.length > 0) this.inner.abandoned(lost);
  }
}

/** An execution in the database says that its matches were found; it must not be there before their signals are safe. */
const SAFE_WITHIN_MS = 500;

/** Writes items only after the signals that were added before them are on the disk, or are not going to be. */
export function afterSignals<Item>(journal: Journal, sink: Sink<Item>): Sink<Item> {
  return {
    async insert(items) {
      await journal.durable(SAFE_WITHIN_MS);
      await sink.insert(items);
    },
  };
}
