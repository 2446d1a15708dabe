import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { decodeTraces, spansIn } from './otlp-protobuf';

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
}

export function readSpans(body: Buffer): ReceivedSpan[] {
  const hex = (value: unknown) => (Buffer.isBuffer(value) ? value.toString('hex') : '');
  return spansIn(decodeTraces(body).request).map(({ traceId, spanId, parentSpanId, name }) => ({
    traceId: hex(traceId?.[0]),
    spanId: hex(spanId?.[0]),
    parentSpanId: hex(parentSpanId?.[0]),
    name: String(name?.[0] ?? ''),
  }));
}

/** What a client sent, decompressed. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}

/** Takes OTLP over HTTP, protobuf, as a collector does. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  readonly bodies: Buffer[] = [];
  readonly headers: NodeJS.Dict<string | string[]>[] = [];
  readonly #server: Server;

  private constructor(status: number) {
    this.#server = createServer(async (request, response) => {
      const body = await readBody(request);
      this.bodies.push(body);
      this.headers.push({ ...request.headers, ':path': request.url });
      if (status === 200) this.spans.push(...readSpans(body));
      response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end();
    });
  }

  static async start(status = 200): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver(status);
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
