/** The traces side. Loaded only when an endpoint is configured: nothing else may import it by value. */
import { ProxyTracerProvider, type TextMapPropagator, trace } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor, type NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { say } from '../diagnostics';
import type { SpanTelemetry } from '../metrics/self-telemetry';
import type { TracesSettings } from '../settings';
import { CountingExporter } from './counting-exporter';
import { GuardedTracerProvider } from './guarded-tracer';
import { sendLastSpans } from './last-spans';
import { queueFullMeter } from './queue-full-meter';
import { createSampler } from './sampler';

export interface Tracing {
  /** Sends what is queued; ends when the collector has answered or the export timeouts are over. Never rejects. */
  flush(): Promise<void>;
  /** The same for a process that is exiting: blocks this thread until the collector has answered or time is up. */
  sendLast(withinMs: number): void;
}

function createExporter(settings: TracesSettings, counts: SpanTelemetry): CountingExporter {
  const otlp = new OTLPTraceExporter({
    url: settings.endpoint,
    headers: { ...settings.headers },
    // The package's enum has these very values.
    compression: settings.compression as never,
    timeoutMillis: settings.timeoutMs,
  });
  return new CountingExporter(otlp, counts, settings.exportTimeoutMs);
}

function createProcessor(
  settings: TracesSettings,
  exporter: CountingExporter,
  counts: SpanTelemetry,
): BatchSpanProcessor {
  const options = {
    maxQueueSize: settings.maxQueueSize,
    maxExportBatchSize: settings.maxExportBatchSize,
    scheduledDelayMillis: settings.scheduleDelayMs,
    exportTimeoutMillis: settings.exportTimeoutMs,
    selfObsMeterProvider: queueFullMeter((count) => counts.dropped(count, 'queue_full')),
  };
  return new BatchSpanProcessor(exporter, options);
}

function createPropagator(names: TracesSettings['propagators']): TextMapPropagator {
  const propagators = names.map((name) =>
    name === 'baggage' ? new W3CBaggagePropagator() : new W3CTraceContextPropagator(),
  );
  return new CompositePropagator({ propagators });
}

function isRegistered(provider: NodeTracerProvider): boolean {
  const registered = trace.getTracerProvider();
  return registered instanceof ProxyTracerProvider && registered.getDelegate() === provider;
}

export function startTracing(settings: TracesSettings, resource: Resource, counts: SpanTelemetry): Tracing {
  const exporter = createExporter(settings, counts);
  const processor = createProcessor(settings, exporter, counts);
  const provider = new GuardedTracerProvider({
    resource,
    sampler: createSampler(settings.sampler),
    spanLimits: { ...settings.limits },
    spanProcessors: [processor],
  });
  provider.register({ propagator: createPropagator(settings.propagators) });
  if (!isRegistered(provider))
    say('traces are not recorded: another or older @opentelemetry/api registered its tracer provider first');
  return {
    async flush() {
      await Promise.allSettled([processor.forceFlush(), exporter.forceFlush()]);
      await exporter.forceFlush();
    },
    sendLast(withinMs) {
      exporter.hold();
      // Hands the whole queue to the exporter before it returns; its promise is not continued any more.
      processor.forceFlush().catch(() => {});
      sendLastSpans(exporter.unanswered(), settings, withinMs);
    },
  };
}
