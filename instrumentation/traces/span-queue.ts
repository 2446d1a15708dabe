import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { TracesSettings } from '../traces-settings';
import { SpanCompactor } from './compact-span';
import type { Delivery } from './delivery';
import type { SpanAccounts } from './span-accounts';

interface Waiting {
  readonly span: ReadableSpan;
  readonly characters: number;
}

/** Ended sampled spans, from their end until their batch has an outcome: ended = exported + dropped + `size`. */
export class SpanQueue {
  readonly #waiting: Waiting[] = [];
  readonly #underWay = new Map<Promise<void>, readonly ReadableSpan[]>();
  readonly #compactor: SpanCompactor;
  #characters = 0;
  #closed = false;
  #sending = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly settings: TracesSettings,
    private readonly delivery: Delivery,
    private readonly accounts: SpanAccounts,
  ) {
    this.#compactor = new SpanCompactor(settings.maxTextLength);
  }

  get size(): number {
    let size = this.#waiting.length;
    for (const spans of this.#underWay.values()) size += spans.length;
    return size;
  }

  add(span: ReadableSpan): void {
    const { maxQueueSize, maxQueuedCharacters } = this.settings;
    if (this.#closed) this.accounts.afterShutdown(1);
    else if (this.#waiting.length >= maxQueueSize || this.#characters >= maxQueuedCharacters)
      this.accounts.queueFull();
    else {
      const characters = this.#compactor.compact(span);
      this.#characters += characters;
      this.#waiting.push({ span, characters });
      this.#schedule();
    }
  }

  /** Sends all there is, and ends when all of it has its outcome. Never rejects. */
  async flush(): Promise<void> {
    while (this.#waiting.length > 0) this.#send();
    await Promise.all(this.#underWay.keys());
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
    this.delivery.close();
  }

  /** What has no outcome yet, for an exit that cannot wait; of what was under way, a collector may have some already. */
  takeAll(): ReadableSpan[] {
    this.#closed = true;
    clearTimeout(this.#timer);
    const spans = [...this.#underWay.values()].flat().concat(this.#waiting.map(({ span }) => span));
    this.#waiting.length = 0;
    this.#underWay.clear();
    return spans;
  }

  /** One batch at a time: at once where it is full, and otherwise when the delay is over. */
  #schedule(): void {
    if (this.#sending) return;
    if (this.#waiting.length < this.settings.maxExportBatchSize) {
      this.#timer ??= setTimeout(() => this.#sendAndGoOn(), this.settings.scheduleDelayMs).unref();
      return;
    }
    this.#sending = true;
    // Encoding a batch takes milliseconds, which are not for whoever ends the last of its spans.
    setImmediate(() => this.#sendAndGoOn());
  }

  #sendAndGoOn(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sending = this.#waiting.length > 0;
    if (!this.#sending) return;
    void this.#send().then(() => {
      this.#sending = false;
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  #send(): Promise<void> {
    const batch = this.#waiting.splice(0, this.settings.maxExportBatchSize);
    for (const { characters } of batch) this.#characters -= characters;
    const spans = batch.map(({ span }) => span);
    // An application that instruments its HTTP client would otherwise make spans of the sending of spans.
    const sent = context.with(suppressTracing(context.active()), () => this.delivery.deliver(spans));
    // Off the queue and into the counts at once, or a scrape between the two would find spans too many.
    const underWay = sent.then((answer) => {
      if (this.#underWay.delete(underWay)) this.accounts.settled(spans.length, answer);
    });
    this.#underWay.set(underWay, spans);
    return underWay;
  }
}
