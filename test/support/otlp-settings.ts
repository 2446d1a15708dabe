import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { DropReason } from '../../instrumentation/metrics/catalogue';
import type { TracesSettings } from '../../instrumentation/traces-settings';

/** Settings as the package's own file has them, but faster. */
export function tracesSettings(changed: Partial<TracesSettings> = {}): TracesSettings {
  return {
    protocol: 'http/protobuf',
    endpoint: 'http://127.0.0.1:9/v1/traces',
    headers: {},
    compression: 'gzip',
    timeoutMs: 1_500,
    tls: {},
    scheduleDelayMs: 10,
    exportTimeoutMs: 2_000,
    maxQueueSize: 2_048,
    maxExportBatchSize: 512,
    maxQueuedCharacters: 4 * 1024 * 1024,
    maxTextLength: 4_096,
    keep: { errors: true, slowerThanMs: 0 },
    sampler: { kind: 'always_on' },
    limits: {},
    propagators: ['tracecontext'],
    ...changed,
  };
}

const provider = new NodeTracerProvider();

/** Ended spans of the SDK. */
export function endedSpans(count: number, attributes = {}): ReadableSpan[] {
  return Array.from({ length: count }, (_, index) => {
    const span = provider.getTracer('test').startSpan(`span ${index}`, { attributes });
    span.end();
    return span as unknown as ReadableSpan;
  });
}

/** Counts what a traces side reports. */
export class CountedSpans {
  exportedSpans = 0;
  readonly droppedSpans: Partial<Record<DropReason, number>> = {};

  exported(count: number): void {
    if (count < 0) throw new RangeError(`${count} spans exported`);
    this.exportedSpans += count;
  }

  dropped(count: number, reason: DropReason): void {
    this.droppedSpans[reason] = (this.droppedSpans[reason] ?? 0) + count;
  }

  get sum(): number {
    return Object.values(this.droppedSpans).reduce((sum, count) => sum + count, this.exportedSpans);
  }
}
