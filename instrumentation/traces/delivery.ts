import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { describe } from '../diagnostics';
import type { TracesSettings } from '../traces-settings';
import { type Encoding, encodingOf } from './encoding';
import { GrpcTransport } from './grpc-transport';
import { HttpTransport } from './http-transport';
import { type Answer, TOO_LATE, type Transport } from './transport';

const FIRST_PAUSE_MS = 250;
/** Shares of the pause, so that a fleet does not come back in step. */
const [LEAST_JITTER, MOST_JITTER] = [0.8, 1.2];

const compressed = promisify(gzip);

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref());
}

/** Headers of a request; gRPC makes its own. */
export function httpHeaders(settings: TracesSettings, contentType: string): Record<string, string> {
  const encoding = settings.compression === 'gzip' ? { 'content-encoding': 'gzip' } : {};
  return { ...settings.headers, 'content-type': contentType, ...encoding };
}

function transportOf(settings: TracesSettings, encoding: Encoding): Transport {
  const readAnswer = (body: Uint8Array) => encoding.readAnswer(body);
  if (settings.protocol === 'grpc') return new GrpcTransport(settings, readAnswer);
  return new HttpTransport(settings, httpHeaders(settings, encoding.contentType), readAnswer);
}

/** Brings batches to the collector. */
export class Delivery {
  readonly #encoding: Encoding;
  readonly #transport: Transport;
  readonly #withinMs: number;

  constructor(private readonly settings: TracesSettings) {
    this.#encoding = encodingOf(settings.protocol);
    this.#transport = transportOf(settings, this.#encoding);
    this.#withinMs = Math.min(settings.timeoutMs, settings.exportTimeoutMs);
  }

  /** Never rejects; is over when the batch is acknowledged or given up. */
  async deliver(spans: readonly ReadableSpan[]): Promise<Answer> {
    try {
      return await this.#attempts(spans);
    } catch (error) {
      return {
        taken: false,
        reason: 'rejected',
        said: `they cannot be sent: ${describe(error)}`,
        retryable: false,
      };
    }
  }

  close(): void {
    this.#transport.close();
  }

  /** One batch in one time limit, however many attempts: the limit bounds what a dead collector can cost at the stop. */
  async #attempts(spans: readonly ReadableSpan[]): Promise<Answer> {
    const deadline = performance.now() + this.#withinMs;
    const body = await this.#body(spans);
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return TOO_LATE;
      const answer = await this.#transport.send(body, leftMs);
      if (answer.taken || !answer.retryable) return answer;
      const jitter = LEAST_JITTER + Math.random() * (MOST_JITTER - LEAST_JITTER);
      const waitMs = Math.max(pauseMs * jitter, answer.retryAfterMs ?? 0);
      if (performance.now() + waitMs >= deadline) return answer;
      await pause(waitMs);
    }
  }

  async #body(spans: readonly ReadableSpan[]): Promise<Uint8Array> {
    const body = this.#encoding.encode(spans);
    const gzipped = this.settings.compression === 'gzip' && this.settings.protocol !== 'grpc';
    return gzipped ? compressed(body) : body;
  }
}
