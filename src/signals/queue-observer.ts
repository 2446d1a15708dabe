import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { messageOf, persistErrorType } from '../storage/persist-error';
import type { SyncTelemetry } from '../telemetry/sync-telemetry';
import type { BatchLoopObserver } from './batch-contract';
import type { ItemName } from './item-name';
import type { QueueReport } from './queue-report';

/** What all queues have in common: statements counted, faults logged. */
export function queueObserver<Item>(
  report: QueueReport,
  sync: SyncTelemetry,
  nameOf: (item: Item) => ItemName,
): BatchLoopObserver<Item> {
  return {
    attempt: (_items, _attempt, write) => context.with(ROOT_CONTEXT, write),
    statementDone: (durationMs, ok) => (ok ? sync.batchWritten(durationMs) : sync.batchFailed(durationMs)),
    stored: () => report.wrote(),
    failed: ({ items, type, error }, retryInMs) =>
      report.failed(items.length, type, messageOf(error), retryInMs),
    poisoned: (item, error) => report.poisoned(nameOf(item), persistErrorType(error), messageOf(error)),
    overflowed: () => report.overflowed(),
    abandoned: (items) => report.abandoned(items.length),
  };
}
