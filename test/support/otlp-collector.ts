import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ROOT } from './source-files';

export type OtlpProtocol = 'http/protobuf' | 'http/json' | 'grpc';
export const OTLP_PROTOCOLS: readonly OtlpProtocol[] = ['http/protobuf', 'http/json', 'grpc'];

export type CollectedValue = string | number | boolean | null | CollectedValue[] | CollectedAttributes;
export interface CollectedAttributes {
  readonly [key: string]: CollectedValue;
}

export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty at a root. */
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer' | 'unspecified';
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: CollectedAttributes;
  readonly events: readonly {
    readonly name: string;
    readonly timeNs: bigint;
    readonly attributes: CollectedAttributes;
  }[];
  readonly links: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes: CollectedAttributes;
  }[];
  readonly status: 'unset' | 'ok' | 'error';
  readonly statusMessage: string;
  readonly resource: CollectedAttributes;
  readonly scope: string;
}

export interface CollectedRequest {
  readonly path: string;
  /** Of HTTP, or gRPC's metadata. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

type Sent<Time extends string> = { readonly [key in Time]: string };
type SentSpan = Omit<CollectedSpan, 'startNs' | 'endNs' | 'events'> &
  Sent<'start' | 'end'> & {
    readonly events: readonly (Omit<CollectedSpan['events'][number], 'timeNs'> & Sent<'time'>)[];
  };

interface Message {
  readonly url?: string;
  readonly request?: CollectedRequest;
  readonly spans?: readonly SentSpan[];
}

function collected({ start, end, events, ...rest }: SentSpan): CollectedSpan {
  return {
    ...rest,
    startNs: BigInt(start),
    endNs: BigInt(end),
    events: events.map(({ time, ...event }) => ({ ...event, timeNs: BigInt(time) })),
  };
}

/** A collector of another maker that takes spans over one protocol, decodes them and keeps them. */
export class OtlpCollector {
  readonly spans: CollectedSpan[] = [];
  readonly requests: CollectedRequest[] = [];
  /** Base URL, without a path. */
  url = '';
  readonly #thread: Worker;
  readonly #waiting = new Set<() => void>();

  private constructor(private readonly protocol: OtlpProtocol) {
    this.#thread = new Worker(join(ROOT, 'test/fixtures/otlp-collector-thread.js'), {
      workerData: { service: protocol === 'grpc' ? 'grpc' : 'http' },
    });
    this.#thread.on('message', (message: Message) => this.#hear(message));
  }

  static async start(options: { readonly protocol?: OtlpProtocol } = {}): Promise<OtlpCollector> {
    const started = new OtlpCollector(options.protocol ?? 'http/protobuf');
    while (started.url === '') await once(started.#thread, 'message');
    return started;
  }

  /** What makes a preloaded application send its spans here. */
  env(): Record<string, string> {
    return { OTEL_EXPORTER_OTLP_ENDPOINT: this.url, OTEL_EXPORTER_OTLP_PROTOCOL: this.protocol };
  }

  /** Waits until the spans that have come fulfil something; throws with their names when they do not in time. */
  async waitFor(fulfilled: (spans: readonly CollectedSpan[]) => boolean, withinMs = 30_000): Promise<void> {
    if (fulfilled(this.spans)) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        const names = this.spans.slice(-50).map(({ name }) => name);
        reject(
          new Error(`did not come within ${withinMs} ms; ${this.spans.length} spans came, last: ${names}`),
        );
      }, withinMs);
      const look = () => {
        if (!fulfilled(this.spans)) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
    });
  }

  /** The spans of one trace, in the order in which they began. */
  trace(traceId: string): CollectedSpan[] {
    return this.spans
      .filter((span) => span.traceId === traceId)
      .sort((left, right) => Number(left.startNs - right.startNs));
  }

  async stop(): Promise<void> {
    await this.#thread.terminate();
  }

  #hear({ url, request, spans = [] }: Message): void {
    if (url !== undefined) this.url = url;
    if (request !== undefined) this.requests.push(request);
    this.spans.push(...spans.map(collected));
    if (spans.length > 0) for (const look of [...this.#waiting]) look();
  }
}
