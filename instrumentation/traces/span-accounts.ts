import type { DropReason } from '../metrics/catalogue';
import type { DeliveryLog } from './delivery-log';
import type { Answer } from './transport';

interface SpanCounts {
  exported(count: number): void;
  dropped(count: number, reason: DropReason): void;
}

/** What became of the spans: each is counted once, and the operator hears of losses. */
export class SpanAccounts {
  #queueFull = 0;

  constructor(
    private readonly counts: SpanCounts,
    private readonly log: DeliveryLog,
  ) {}

  /** @param count spans of the batch that the answer is about */
  settled(count: number, answer: Answer): void {
    if (!answer.taken) {
      this.counts.dropped(count, answer.reason);
      this.log.lost(count, answer.said);
      return;
    }
    const rejected = Math.min(answer.rejectedSpans, count);
    this.counts.exported(count - rejected);
    if (rejected > 0) this.counts.dropped(rejected, 'rejected');
    this.log.delivered(count, rejected);
  }

  queueFull(): void {
    this.counts.dropped(1, 'queue_full');
    this.log.queueFull(++this.#queueFull);
  }

  afterShutdown(count: number): void {
    this.counts.dropped(count, 'shutdown');
  }
}
