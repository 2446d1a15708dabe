import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { say } from '../diagnostics';
import type { TracesSettings } from '../settings';
import { postAndWait } from './last-wait';

interface Serializer {
  serializeRequest(spans: ReadableSpan[]): Uint8Array | undefined;
}

/** The exporter's own serializer, from the exporter's own dependency. */
function serializer(): Serializer {
  const requireOfExporter = createRequire(require.resolve('@opentelemetry/exporter-trace-otlp-proto'));
  const transformer = requireOfExporter('@opentelemetry/otlp-transformer') as {
    ProtobufTraceSerializer: Serializer;
  };
  return transformer.ProtobufTraceSerializer;
}

/** One attempt, in one request. */
export function sendLastSpans(spans: ReadableSpan[], settings: TracesSettings, withinMs: number): void {
  const body = spans.length === 0 ? undefined : serializer().serializeRequest(spans);
  if (body === undefined) return;
  const gzip = settings.compression === 'gzip';
  const headers = {
    ...settings.headers,
    'content-type': 'application/x-protobuf',
    ...(gzip ? { 'content-encoding': 'gzip' } : {}),
  };
  const sent = postAndWait({ url: settings.endpoint, headers, body: gzip ? gzipSync(body) : body }, withinMs);
  if (!sent) say(`${spans.length} spans were not sent: the collector did not take them before the exit`);
}
