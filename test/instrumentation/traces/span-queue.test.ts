import { describe, expect, it } from '@jest/globals';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import fc from 'fast-check';
import type { Delivery } from '../../../instrumentation/traces/delivery';
import { DeliveryLog } from '../../../instrumentation/traces/delivery-log';
import { SpanAccounts } from '../../../instrumentation/traces/span-accounts';
import { SpanQueue } from '../../../instrumentation/traces/span-queue';
import type { Answer } from '../../../instrumentation/traces/transport';
import type { TracesSettings } from '../../../instrumentation/traces-settings';
import { CountedSpans, endedSpans, tracesSettings } from '../../support/otlp-settings';

const TAKEN: Answer = { taken: true, rejectedSpans: 0 };

/** A delivery whose answers the test gives. */
class HeldDelivery {
  readonly batches: { readonly spans: readonly ReadableSpan[]; readonly answer: (answer: Answer) => void }[] =
    [];

  deliver(spans: readonly ReadableSpan[]): Promise<Answer> {
    return new Promise((answer) => void this.batches.push({ spans, answer }));
  }

  close(): void {}
}

function queueWith(changed: Partial<TracesSettings> = {}) {
  const settings = tracesSettings(changed);
  const delivery = new HeldDelivery();
  const counts = new CountedSpans();
  const accounts = new SpanAccounts(counts, new DeliveryLog(settings.endpoint));
  const queue = new SpanQueue(settings, delivery as unknown as Delivery, accounts);
  return { queue, delivery, counts };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

const ANSWERS: readonly Answer[] = [
  TAKEN,
  { taken: true, rejectedSpans: 3 },
  { taken: true, rejectedSpans: 1_000_000 },
  { taken: false, reason: 'timeout', said: 'late', retryable: false },
  { taken: false, reason: 'unreachable', said: 'gone', retryable: true },
  { taken: false, reason: 'rejected', said: 'no', retryable: false },
];

type Step = { add: number } | { answer: Answer } | 'flush' | 'close';

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ add: fc.integer({ min: 1, max: 15 }) }) },
  { weight: 4, arbitrary: fc.record({ answer: fc.constantFrom(...ANSWERS) }) },
  { weight: 1, arbitrary: fc.constant('flush' as const) },
  { weight: 1, arbitrary: fc.constant('close' as const) },
);

describe('the queue of spans', () => {
  it('has ended = exported + dropped + queued after every step, whatever comes when', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { queue, delivery, counts } = queueWith({
          maxQueueSize: 20,
          maxExportBatchSize: 7,
          scheduleDelayMs: 1,
        });
        let made = 0;
        let answered = 0;
        for (const next of steps) {
          if (next === 'flush') void queue.flush();
          else if (next === 'close') void queue.close();
          else if ('add' in next) {
            made += next.add;
            for (const span of endedSpans(next.add)) queue.add(span);
          } else delivery.batches[answered++]?.answer(next.answer) ?? answered--;
          expect(counts.sum + queue.size).toBe(made);
          await turn();
          expect(counts.sum + queue.size).toBe(made);
        }
        const flushed = queue.flush();
        for (; answered < delivery.batches.length; answered++) {
          delivery.batches[answered]?.answer(TAKEN);
          await turn();
        }
        await flushed;
        expect(queue.size).toBe(0);
        expect(counts.sum).toBe(made);
      }),
      { numRuns: 150 },
    );
  });

  it('sends a full batch at once, but not within the call that ends its last span', async () => {
    const { queue, delivery } = queueWith({ maxExportBatchSize: 5, scheduleDelayMs: 60_000 });
    for (const span of endedSpans(5)) queue.add(span);
    expect(delivery.batches.length).toBe(0);
    await turn();
    expect(delivery.batches.map(({ spans }) => spans.length)).toEqual([5]);
  });

  it('sends one batch at a time while nobody waits for it, and all of them at a flush', async () => {
    const { queue, delivery } = queueWith({ maxExportBatchSize: 5 });
    for (const span of endedSpans(15)) queue.add(span);
    await turn();
    expect(delivery.batches.length).toBe(1);
    void queue.flush();
    expect(delivery.batches.length).toBe(3);
  });

  it('refuses what is beyond its size, and counts it', () => {
    const { queue, counts } = queueWith({ maxQueueSize: 100 });
    for (const span of endedSpans(130)) queue.add(span);
    expect(counts.droppedSpans).toEqual({ queue_full: 30 });
    expect(queue.size).toBe(100);
  });

  it('refuses what is beyond its text, and counts it', () => {
    const { queue, counts } = queueWith({ maxQueuedCharacters: 50_000, maxTextLength: 4_096 });
    for (const span of endedSpans(100, { text: 'x'.repeat(100_000) })) queue.add(span);
    expect(queue.size).toBe(13);
    expect(counts.droppedSpans).toEqual({ queue_full: 87 });
  });

  it('counts what ends after the shutdown as dropped by it', async () => {
    const { queue, counts } = queueWith();
    await queue.close();
    for (const span of endedSpans(7)) queue.add(span);
    expect(counts.droppedSpans).toEqual({ shutdown: 7 });
    expect(queue.size).toBe(0);
  });

  it('gives away at an exit what has no outcome yet, and counts no outcome that comes later', async () => {
    const { queue, delivery, counts } = queueWith({ maxExportBatchSize: 5 });
    for (const span of endedSpans(12)) queue.add(span);
    await turn();
    expect(queue.takeAll().length).toBe(12);
    delivery.batches[0]?.answer(TAKEN);
    await turn();
    expect([counts.sum, queue.size]).toEqual([0, 0]);
  });
});
