import { messageOf, persistErrorType } from '../storage/persist-error';
import type { SignalTelemetry } from '../telemetry/signal-telemetry';
import type { SyncTelemetry } from '../telemetry/sync-telemetry';
import type { BatchLoopObserver } from './batch-loop';
import type { ItemName } from './item-name';
import type { QueueReport } from './queue-report';
import type { Signal } from './signal';

/** What all queues have in common: statements counted, faults logged. */
export function queueObserver<Item>(
  report: QueueReport,
  sync: SyncTelemetry,
  nameOf: (item: Item) => ItemName,
): BatchLoopObserver<Item> {
  return {
    statementDone: (durationMs, ok) => (ok ? sync.batchWritten(durationMs) : sync.batchFailed(durationMs)),
    stored: () => report.wrote(),
    failed: ({ items, type, error }, retryInMs) =>
      report.failed(items.length, type, messageOf(error), retryInMs),
    poisoned: (item, error) => report.poisoned(nameOf(item), persistErrorType(error), messageOf(error)),
    overflowed: () => report.overflowed(),
    abandoned: (items) => report.abandoned(items.length),
  };
}

/** Signals are counted one by one besides. An attempt that failed over one bad row is that row's failure alone. */
export function signalObserver(
  common: BatchLoopObserver<Signal>,
  telemetry: SignalTelemetry,
  announce: (signal: Signal) => void,
): BatchLoopObserver<Signal> {
  return {
    statementDone: common.statementDone,
    stored(signals) {
      for (const signal of signals) telemetry.persisted(signal);
      common.stored(signals);
      for (const signal of signals) announce(signal);
    },
    failed(failure, retryInMs) {
      for (const { traderId } of failure.items) telemetry.persistFailed(traderId, failure.type);
      common.failed(failure, retryInMs);
    },
    poisoned(signal, error) {
      telemetry.persistFailed(signal.traderId, persistErrorType(error));
      telemetry.dropped('constraint', 1);
      common.poisoned(signal, error);
    },
    overflowed(signal) {
      telemetry.persistFailed(signal.traderId, 'queue_overflow');
      telemetry.dropped('queue_overflow', 1);
      common.overflowed(signal);
    },
    abandoned(signals) {
      telemetry.dropped('shutdown', signals.length);
      common.abandoned(signals);
    },
  };
}
