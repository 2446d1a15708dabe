import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  createSecureServer as createHttp2SecureServer,
  createServer as createHttp2Server,
  type ServerHttp2Stream,
} from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { OtlpProtocol } from './otlp-collector';
import { readBody, readSpans } from './otlp-receiver';

/** What a collector does with one request. */
export interface Reply {
  /** HTTP's, or gRPC's. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Partial success. */
  readonly rejected?: number;
  readonly body?: string | Buffer;
  /** Instead of an answer: the connection is cut, or nothing at all. */
  readonly instead?: 'cut' | 'nothing';
}

export type Script = (request: number, spans: number) => Reply;

export interface ScriptedCollector {
  readonly url: string;
  /** Ids of the spans of each request. */
  readonly requests: readonly (readonly string[])[];
  readonly headers: readonly Readonly<Record<string, unknown>>[];
  stop(): Promise<void>;
}

function idsIn(body: Buffer, json: boolean): string[] {
  if (!json) return readSpans(body).map(({ spanId }) => spanId);
  const { resourceSpans } = JSON.parse(body.toString()) as {
    resourceSpans: { scopeSpans: { spans: { spanId: string }[] }[] }[];
  };
  return resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map(({ spanId }) => spanId)),
  );
}

/** ExportTraceServiceResponse.partial_success (1).rejected_spans (1). */
function partialSuccess(rejected: number): Buffer {
  return rejected < 128
    ? Buffer.from([0x0a, 2, 0x08, rejected])
    : Buffer.from([0x0a, 3, 0x08, (rejected & 0x7f) | 0x80, rejected >> 7]);
}

interface Recorded {
  readonly requests: string[][];
  readonly headers: Record<string, unknown>[];
}

/** PEM texts of a server. */
export interface ServerTls {
  readonly key: string;
  readonly cert: string;
}

function overHttp(script: Script, { requests, headers }: Recorded, tls: ServerTls | undefined) {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const json = request.headers['content-type'] === 'application/json';
    const ids = idsIn(await readBody(request), json);
    requests.push(ids);
    headers.push(request.headers);
    const {
      status = 200,
      headers: answered = {},
      rejected = 0,
      body,
      instead,
    } = script(requests.length, ids.length);
    if (instead === 'nothing') return;
    if (instead === 'cut') {
      request.socket.destroy();
      return;
    }
    const partial = json
      ? JSON.stringify({ partialSuccess: { rejectedSpans: rejected } })
      : partialSuccess(rejected);
    response.writeHead(status, answered).end(body ?? (rejected > 0 ? partial : ''));
  };
  return tls ? createHttpsServer(tls, answer) : createServer(answer);
}

async function messageOf(stream: ServerHttp2Stream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const frame = Buffer.concat(chunks);
  return frame[0] === 1 ? gunzipSync(frame.subarray(5)) : frame.subarray(5);
}

function overGrpc(script: Script, { requests, headers }: Recorded, tls: ServerTls | undefined) {
  const server = tls ? createHttp2SecureServer(tls) : createHttp2Server();
  server.on('stream', async (stream, received) => {
    stream.on('error', () => {});
    const ids = idsIn(await messageOf(stream), false);
    requests.push(ids);
    headers.push(received);
    const { status = 0, rejected = 0, instead } = script(requests.length, ids.length);
    if (instead === 'nothing') return;
    if (instead === 'cut') {
      stream.session?.destroy();
      return;
    }
    const message = rejected > 0 ? partialSuccess(rejected) : Buffer.alloc(0);
    const frame = Buffer.alloc(5);
    frame.writeUInt32BE(message.length, 1);
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': `${status}` }));
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.end(status === 0 ? Buffer.concat([frame, message]) : undefined);
  });
  return server;
}

/** A collector that answers as a test tells it to. */
export async function scriptedCollector(
  protocol: OtlpProtocol,
  script: Script,
  tls?: ServerTls,
): Promise<ScriptedCollector> {
  const recorded: Recorded = { requests: [], headers: [] };
  const server = (protocol === 'grpc' ? overGrpc : overHttp)(script, recorded, tls);
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket: { destroy(): void }) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...recorded,
    url: `http${tls ? 's' : ''}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
