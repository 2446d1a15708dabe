import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { DropReason } from '../metrics/catalogue';

interface SpanCounts {
  exported(count: number): void;
  dropped(count: number, reason: DropReason): void;
}

interface ExportError {
  /** HTTP status, or the system's name of a network fault. */
  readonly code?: number | string;
  readonly message?: string;
}

function reasonOf(error: ExportError | undefined): DropReason {
  const { code, message = '' } = error ?? {};
  if (/Concurrent export limit/.test(message)) return 'queue_full';
  if (code === 'ETIMEDOUT' || /timed out|timeout/i.test(message)) return 'timeout';
  if (typeof code === 'string') return 'unreachable';
  return 'rejected';
}

/**
 * Counts what became of each batch, once: acknowledged, refused, or without an answer in time. A collector that
 * answers byte by byte never trips the transport's idle timeout, so the limit is kept here.
 */
export class CountingExporter implements SpanExporter {
  readonly #pending = new Set<Promise<void>>();
  readonly #unanswered = new Set<readonly ReadableSpan[]>();
  #ending = false;

  constructor(
    private readonly inner: SpanExporter,
    private readonly counts: SpanCounts,
    private readonly timeoutMs: number,
  ) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#unanswered.add(spans);
    if (this.#ending) return;
    const outcome = this.#outcome(spans).then((result) => {
      this.#unanswered.delete(spans);
      if (result.code === ExportResultCode.SUCCESS) this.counts.exported(spans.length);
      else this.counts.dropped(spans.length, reasonOf(result.error));
      done(result);
    });
    this.#pending.add(outcome);
    void outcome.finally(() => this.#pending.delete(outcome));
  }

  /** Ends when every batch under way has ended. */
  async forceFlush(): Promise<void> {
    await Promise.allSettled(this.#pending);
  }

  /** From here on batches are kept, not sent: they end up in `unanswered`. */
  hold(): void {
    this.#ending = true;
  }

  /** What was handed over and has no outcome yet. A collector may have some of it already. */
  unanswered(): ReadableSpan[] {
    return [...this.#unanswered].flat();
  }

  shutdown(): Promise<void> {
    return this.inner.shutdown();
  }

  #outcome(spans: ReadableSpan[]): Promise<ExportResult> {
    return new Promise((resolve) => {
      const late = { code: ExportResultCode.FAILED, error: new Error('no answer before the export timeout') };
      const timer = setTimeout(() => resolve(late), this.timeoutMs);
      timer.unref();
      const settle = (result: ExportResult) => {
        clearTimeout(timer);
        resolve(result);
      };
      try {
        this.inner.export(spans, settle);
      } catch (error) {
        settle({ code: ExportResultCode.FAILED, error: error as Error });
      }
    });
  }
}
