import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { context, propagation, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { pino } from 'pino';
import { liveSpanContext } from '../../src/telemetry/open-span';
import { Spans } from '../../src/telemetry/spans';
import type { TreeSpan } from './trace-tree';

const ns = ([seconds, nanoseconds]: readonly [number, number]) =>
  BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);

/** A span as the collector of the system tests shows it. */
function plain(span: ReadableSpan) {
  return {
    name: span.name,
    ...span.spanContext(),
    parentSpanId: span.parentSpanContext?.spanId ?? '',
    startNs: ns(span.startTime),
    endNs: ns(span.endTime),
    attributes: span.attributes,
    status: span.status,
    links: span.links.map(({ context }) => context),
    events: span.events.map(({ name, attributes }) => ({ name, ...attributes })),
  } satisfies TreeSpan & Record<string, unknown>;
}

/** Real tracing for the tests of a file: what ends is kept. Brings the context manager, without which no span is active. */
export function recordedSpans(sampler?: Sampler) {
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [new SimpleSpanProcessor(exporter)];
  const provider = new NodeTracerProvider({ spanProcessors, ...(sampler && { sampler }) });
  beforeAll(() => provider.register());
  beforeEach(() => exporter.reset());
  afterAll(async () => {
    for (const api of [context, trace, propagation]) api.disable();
    await provider.shutdown();
  });
  const all = () => exporter.getFinishedSpans().map(plain);
  return {
    spans: new Spans(provider.getTracer('test')),
    all,
    named: (name: string) => all().filter((span) => span.name === name),
    one(name: string) {
      const [span, ...others] = all().filter((found) => found.name === name);
      if (span === undefined || others.length > 0) throw new Error(`${others.length + 1} spans "${name}"?`);
      return span;
    },
  };
}

/** A logger whose lines say, as the machine's own do, which span they were written in. */
export function tracedLog() {
  const lines: { readonly level: number; readonly msg: string; readonly span?: string }[] = [];
  const mixin = () => ({ span: liveSpanContext()?.spanId });
  const log = pino({ level: 'trace', mixin }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { log, lines, spanOf: (text: string) => lines.find(({ msg }) => msg.includes(text))?.span };
}
