import { gzipSync } from 'node:zlib';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { TracesSettings } from '../traces-settings';
import { httpHeaders } from './delivery';
import { encodingOf } from './encoding';
import { postAndWait } from './last-wait';

/** One attempt, in one request, over whichever protocol. @returns whether the collector took them */
export function sendLastSpans(
  spans: readonly ReadableSpan[],
  settings: TracesSettings,
  withinMs: number,
): boolean {
  const encoding = encodingOf(settings.protocol);
  const body = encoding.encode(spans);
  const gzip = settings.compression === 'gzip';
  const { endpoint, protocol, tls } = settings;
  const headers = protocol === 'grpc' ? settings.headers : httpHeaders(settings, encoding.contentType);
  return postAndWait(
    { url: endpoint, grpc: protocol === 'grpc', headers, tls, gzip, body: gzip ? gzipSync(body) : body },
    withinMs,
  );
}
