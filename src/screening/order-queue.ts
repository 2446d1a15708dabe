import { type Context, context } from '@opentelemetry/api';
import { monotonicNowMs } from '../telemetry/monotonic';
import { failedRun } from './failed-run';
import type { FailedRun, FilterOrder, FilterResult } from './filter-runner';

export interface WaitingOrder {
  readonly order: FilterOrder;
  readonly sinceMs: number;
  /** What the order is a part of: whoever frees a worker for it has nothing to do with it. */
  readonly within: Context;
  readonly settle: (result: FilterResult) => void;
}

/** A task that never had a worker is reported under the first. */
const NO_SLOT = 0;

/** Orders that wait for a worker, first come, first served. */
export class OrderQueue {
  private readonly orders: WaitingOrder[] = [];

  get length(): number {
    return this.orders.length;
  }

  add(order: FilterOrder, settle: (result: FilterResult) => void): void {
    this.orders.push({ order, sinceMs: monotonicNowMs(), within: context.active(), settle });
  }

  next(): WaitingOrder | undefined {
    return this.orders.shift();
  }

  /** Settles everything that waits as failed. */
  refuse(errorType: FailedRun['errorType'], message: string): void {
    const now = monotonicNowMs();
    for (const { sinceMs, settle } of this.orders.splice(0)) {
      settle({ slot: NO_SLOT, queueMs: now - sinceMs, ...failedRun(errorType, message, now) });
    }
  }
}
