/** The traces side. Loaded only when an endpoint is configured: nothing else may import it by value. */
import { ProxyTracerProvider, type TextMapPropagator, trace } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { NodeTracerProvider, Sampler } from '@opentelemetry/sdk-trace-node';
import { say } from '../diagnostics';
import type { SpanTelemetry } from '../metrics/self-telemetry';
import type { TracesSettings } from '../traces-settings';
import { Delivery } from './delivery';
import { DeliveryLog } from './delivery-log';
import { ExportProcessor } from './export-processor';
import { GuardedTracerProvider } from './guarded-tracer';
import { KeptTraces } from './kept-traces';
import { sendLastSpans } from './last-spans';
import { createSampler, decidesByRatio, RecordingSampler } from './sampler';
import { SpanAccounts } from './span-accounts';
import { SpanQueue } from './span-queue';

export interface Tracing {
  /** Sends what is queued; ends when the collector has answered or the export timeouts are over. Never rejects. */
  flush(): Promise<void>;
  /** The same for a process that is exiting: blocks this thread until the collector has answered or time is up. */
  sendLast(withinMs: number): void;
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

function createQueue(settings: TracesSettings, counts: SpanTelemetry): SpanQueue {
  const accounts = new SpanAccounts(counts, new DeliveryLog(settings.endpoint));
  const queue = new SpanQueue(settings, new Delivery(settings), accounts);
  counts.queuedIs(() => queue.size);
  return queue;
}

/** Where every trace is sampled, or none may be, there is nothing to keep and nothing is recorded for it. */
function createKept({ sampler, keep, ...limits }: TracesSettings, queue: SpanQueue): KeptTraces | undefined {
  if (!decidesByRatio(sampler) || !(keep.errors || keep.slowerThanMs > 0)) return undefined;
  return new KeptTraces(keep, limits, (span) => queue.add(span));
}

function withKept(sampler: Sampler, kept: KeptTraces | undefined): Sampler {
  if (kept === undefined) return sampler;
  return new RecordingSampler(sampler, (parent, traceId) => kept.records(parent, traceId));
}

function register(provider: GuardedTracerProvider, settings: TracesSettings): void {
  provider.register({ propagator: createPropagator(settings.propagators) });
  if (!isRegistered(provider))
    say('traces are not recorded: another or older @opentelemetry/api registered its tracer provider first');
}

function sendLast(queue: SpanQueue, settings: TracesSettings, withinMs: number): void {
  const spans = queue.takeAll();
  if (spans.length === 0 || sendLastSpans(spans, settings, withinMs)) return;
  say(`${spans.length} spans were not sent: the collector did not take them before the exit`);
}

export function startTracing(settings: TracesSettings, resource: Resource, counts: SpanTelemetry): Tracing {
  const queue = createQueue(settings, counts);
  const kept = createKept(settings, queue);
  const provider = new GuardedTracerProvider({
    resource,
    sampler: withKept(createSampler(settings.sampler), kept),
    spanLimits: { ...settings.limits },
    spanProcessors: [new ExportProcessor(queue, kept)],
  });
  register(provider, settings);
  return {
    flush: () => queue.flush(),
    sendLast(withinMs) {
      kept?.judgeAll();
      sendLast(queue, settings, withinMs);
    },
  };
}
