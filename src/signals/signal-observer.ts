import { messageOf, persistErrorType } from '../storage/persist-error';
import type { SignalTelemetry } from '../telemetry/signal-telemetry';
import type { PersistSpan, SignalSpans } from '../telemetry/spans-signals';
import type { BatchLoopObserver } from './batch-contract';
import type { BatchFailure } from './batch-write';
import type { Signal } from './signal';

/** What hears of signals besides what hears of all queues. */
interface SignalListeners {
  readonly telemetry: SignalTelemetry;
  readonly spans: SignalSpans | undefined;
  readonly announce: (signal: Signal) => void;
}

/** Signals are counted one by one besides. An attempt that failed over one bad row is that row's failure alone. */
export class SignalObserver implements BatchLoopObserver<Signal> {
  /** Of the attempt under way: there is one at a time. */
  private span: PersistSpan | undefined;

  constructor(
    private readonly common: BatchLoopObserver<Signal>,
    private readonly listeners: SignalListeners,
  ) {}

  statementDone(durationMs: number, ok: boolean): void {
    this.common.statementDone(durationMs, ok);
  }

  attempt<Result>(
    signals: readonly Signal[],
    attempt: number,
    write: () => Promise<Result>,
  ): Promise<Result> {
    const span = this.listeners.spans?.persist(signals, attempt);
    this.span = span;
    if (span === undefined) return this.common.attempt(signals, attempt, write);
    return span.span.within(write).finally(() => span.end());
  }

  stored(signals: readonly Signal[]): void {
    const { telemetry, announce } = this.listeners;
    for (const signal of signals) telemetry.persisted(signal);
    this.span?.acknowledged(signals.length);
    this.common.stored(signals);
    for (const signal of signals) announce(signal);
  }

  failed(failure: BatchFailure<Signal>, retryInMs: number): void {
    for (const { traderId } of failure.items) this.listeners.telemetry.persistFailed(traderId, failure.type);
    this.span?.failed(failure.type, messageOf(failure.error));
    this.common.failed(failure, retryInMs);
  }

  poisoned(signal: Signal, error: unknown): void {
    const type = persistErrorType(error);
    this.listeners.telemetry.persistFailed(signal.traderId, type);
    this.listeners.telemetry.dropped('constraint', 1);
    this.span?.refused(type, messageOf(error));
    this.common.poisoned(signal, error);
  }

  overflowed(signal: Signal): void {
    this.listeners.telemetry.persistFailed(signal.traderId, 'queue_overflow');
    this.listeners.telemetry.dropped('queue_overflow', 1);
    this.common.overflowed(signal);
  }

  abandoned(signals: readonly Signal[]): void {
    this.listeners.telemetry.dropped('shutdown', signals.length);
    this.common.abandoned(signals);
  }
}
