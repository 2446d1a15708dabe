import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
}

interface Field {
  readonly number: number;
  readonly bytes: Buffer;
}

/** The length-delimited fields of a protobuf message; the others are skipped. */
function fields(message: Buffer): Field[] {
  const found: Field[] = [];
  let at = 0;
  const varint = () => {
    let [value, shift] = [0, 0];
    for (;;) {
      const byte = message[at++];
      if (byte === undefined) throw new Error('truncated protobuf');
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
      shift += 7;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const wire = tag & 7;
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === 2) {
      const length = varint();
      found.push({ number: Math.floor(tag / 8), bytes: message.subarray(at, at + length) });
      at += length;
    } else throw new Error(`unknown wire type ${wire}`);
  }
  if (at !== message.length) throw new Error('truncated protobuf');
  return found;
}

const inside = (parents: readonly Field[], number: number) =>
  parents.flatMap(({ bytes }) => fields(bytes).filter((field) => field.number === number));

/** Field numbers of opentelemetry/proto/trace/v1/trace.proto. */
function spansOf(body: Buffer): ReceivedSpan[] {
  const resourceSpans = fields(body).filter((field) => field.number === 1);
  return inside(inside(resourceSpans, 2), 2).map(({ bytes }) => {
    const parts = fields(bytes);
    const part = (number: number) => parts.find((field) => field.number === number)?.bytes ?? Buffer.alloc(0);
    return {
      traceId: part(1).toString('hex'),
      spanId: part(2).toString('hex'),
      parentSpanId: part(4).toString('hex'),
      name: part(5).toString(),
    };
  });
}

/** Takes OTLP over HTTP, protobuf, as a collector does. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  readonly headers: NodeJS.Dict<string | string[]>[] = [];
  readonly #server: Server;

  private constructor(status: number) {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
        this.headers.push({ ...request.headers, ':path': request.url });
        if (status === 200) this.spans.push(...spansOf(plain));
        response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end();
      });
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
