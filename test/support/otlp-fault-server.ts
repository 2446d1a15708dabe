/** A collector at its worst: eighteen ways to answer, or not to answer, an OTLP request. */
import { once } from 'node:events';
import { createServer as createHttpServer, type Server as HttpServer, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { readBody, readSpans } from './otlp-receiver';

const TAKES = ['ok', 'partial', 'garbage', 'html', 'slow2', 'lostack'] as const;
const REFUSES = ['400', '500', '429', '503', '302', '503ra0', '503ra3600', 'huge', 'drip'] as const;
const BARE = ['refused', 'blackhole', 'reset'] as const;

export const FAULT_MODES = [...TAKES, ...REFUSES, ...BARE] as const;
export type FaultMode = (typeof FAULT_MODES)[number];

const PORT_OF_NOBODY = 9;
const HUGE_CHUNK = Buffer.alloc(64 * 1024, 'x');
const HUGE_CHUNKS = 2_000;

/** Respects back-pressure, so that what the client does not read is not made. */
function writeHuge(response: ServerResponse, left = HUGE_CHUNKS): void {
  for (let chunks = left; chunks > 0; chunks--)
    if (!response.write(HUGE_CHUNK)) {
      response.once('drain', () => writeHuge(response, chunks - 1));
      return;
    }
  response.end();
}

function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-protobuf' });
  const timer = setInterval(() => response.write('x'), 500);
  response.on('close', () => clearInterval(timer));
}

/** ExportTraceServiceResponse.partial_success (1), with rejected_spans (1) and error_message (2). */
function partialSuccess(rejected: number): Buffer {
  const count = rejected < 128 ? [rejected] : [(rejected & 0x7f) | 0x80, rejected >> 7];
  const message = Buffer.from([0x08, ...count, 0x12, 0x04, ...Buffer.from('full')]);
  return Buffer.from([0x0a, message.length, ...message]);
}

/** A client that has gone away meanwhile is found out only when the sockets have been read. */
function answerWhoIsThere(response: ServerResponse, turns = 3): void {
  if (turns > 0) setImmediate(() => answerWhoIsThere(response, turns - 1));
  else response.writeHead(200).end();
}

/** What the mode `partial` does not keep: half, so that both sums can be wrong. */
function rejectedOf(spans: number): number {
  return Math.ceil(spans / 2);
}

/** Spans that an answer speaks of as kept. */
const KEPT: Readonly<Partial<Record<FaultMode, (spans: number) => number>>> = {
  ok: (spans) => spans,
  partial: (spans) => spans - rejectedOf(spans),
  garbage: (spans) => spans,
  html: (spans) => spans,
  slow2: (spans) => spans,
};

const ANSWERS: Readonly<
  Record<Exclude<FaultMode, (typeof BARE)[number]>, (response: ServerResponse, spans: number) => void>
> = {
  ok: (response) => response.writeHead(200).end(),
  partial: (response, spans) => response.writeHead(200).end(partialSuccess(rejectedOf(spans))),
  garbage: (response) => response.writeHead(200).end(Buffer.from([0xff, 0xfe, 0x00, 0x81])),
  html: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
  slow2: (response) => void setTimeout(() => answerWhoIsThere(response), 2_000).unref(),
  lostack: (response) => response.destroy(),
  400: (response) => response.writeHead(400).end('no'),
  500: (response) => response.writeHead(500).end('no'),
  429: (response) => response.writeHead(429).end('no'),
  503: (response) => response.writeHead(503).end('no'),
  302: (response) => response.writeHead(302, { location: `http://127.0.0.1:${PORT_OF_NOBODY}/` }).end(),
  '503ra0': (response) => response.writeHead(503, { 'retry-after': '0' }).end('no'),
  '503ra3600': (response) => response.writeHead(503, { 'retry-after': '3600' }).end('no'),
  huge: (response) => writeHuge(response.writeHead(400)),
  drip,
};

export class OtlpFaultServer {
  /** Ids of the spans that were taken, repeated where they came twice. */
  readonly spanIds: string[] = [];
  requests = 0;
  /** Spans whose acknowledgement went out to a client that was still there. */
  acknowledged = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server | HttpServer | undefined;

  private constructor(readonly mode: FaultMode) {
    this.#server = this.#createServer();
    this.#server?.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(mode: FaultMode): Promise<OtlpFaultServer> {
    const started = new OtlpFaultServer(mode);
    if (started.#server === undefined) return started;
    started.#server.listen(0, '127.0.0.1');
    await once(started.#server, 'listening');
    return started;
  }

  get baseUrl(): string {
    const address = this.#server?.address() as AddressInfo | undefined;
    return `http://127.0.0.1:${address?.port ?? PORT_OF_NOBODY}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const server = this.#server;
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
  }

  #createServer(): Server | HttpServer | undefined {
    const { mode } = this;
    if (mode === 'refused') return undefined;
    if (mode === 'blackhole') return createServer((socket) => socket.resume());
    if (mode === 'reset')
      return createServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const answer = ANSWERS[mode];
    return createHttpServer(async (request, response) => {
      this.requests++;
      const body = await readBody(request).catch(() => Buffer.alloc(0));
      const spans = readSpans(body);
      if ((TAKES as readonly string[]).includes(mode))
        this.spanIds.push(...spans.map(({ spanId }) => spanId));
      const kept = KEPT[mode]?.(spans.length) ?? 0;
      response.on('finish', () => {
        if (!request.socket.destroyed) this.acknowledged += kept;
      });
      answer(response, spans.length);
    });
  }
}
