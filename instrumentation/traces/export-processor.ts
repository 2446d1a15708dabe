import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { KeptTraces } from './kept-traces';
import type { SpanQueue } from './span-queue';

const isSampled = (span: ReadableSpan) => (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;

/** Sampled spans go to the queue; others are recorded only where their trace may still be kept. */
export class ExportProcessor implements SpanProcessor {
  constructor(
    private readonly queue: SpanQueue,
    private readonly kept: KeptTraces | undefined,
  ) {}

  onStart(span: ReadableSpan): void {
    if (this.kept !== undefined && !isSampled(span)) this.kept.started(span);
  }

  onEnd(span: ReadableSpan): void {
    if (isSampled(span)) this.queue.add(span);
    else this.kept?.ended(span);
  }

  forceFlush(): Promise<void> {
    return this.queue.flush();
  }

  shutdown(): Promise<void> {
    return this.queue.close();
  }
}
