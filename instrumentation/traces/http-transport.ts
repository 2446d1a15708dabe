import { Agent, request as httpRequest, type IncomingMessage, STATUS_CODES } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { OtlpSettings } from '../traces-settings';
import { type Answer, type ReadAnswer, TAKEN, TOO_LATE, type Transport } from './transport';

/** OTLP's list of statuses after which the same batch may be sent again. */
const RETRYABLE = new Set([429, 502, 503, 504]);
/** More of an answer is not read: what a collector has to say fits in a fraction of it. */
const MOST_READ = 64 * 1024;
const MOST_SOCKETS = 16;

/** Seconds or a date, as HTTP has it. */
function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function refusedWith(response: IncomingMessage): Answer {
  const { statusCode = 0, headers } = response;
  const after = retryAfterMs(headers['retry-after']);
  return {
    taken: false,
    reason: 'rejected',
    said: `it answered ${statusCode} ${STATUS_CODES[statusCode] ?? ''}`.trim(),
    retryable: RETRYABLE.has(statusCode),
    ...(after === undefined ? {} : { retryAfterMs: after }),
  };
}

function unreachable({ code, name }: NodeJS.ErrnoException): Answer {
  return { taken: false, reason: 'unreachable', said: `no connection (${code ?? name})`, retryable: true };
}

/** OTLP over HTTP: one POST per attempt, cut off when its time is up. */
export class HttpTransport implements Transport {
  readonly #agent: Agent;
  readonly #request: typeof httpRequest;

  constructor(
    private readonly settings: OtlpSettings,
    private readonly headers: Readonly<Record<string, string>>,
    private readonly readAnswer: ReadAnswer,
  ) {
    const secure = settings.endpoint.startsWith('https:');
    const options = { keepAlive: true, maxSockets: MOST_SOCKETS };
    this.#request = secure ? httpsRequest : httpRequest;
    this.#agent = secure ? new HttpsAgent({ ...options, ...settings.tls }) : new Agent(options);
  }

  send(body: Uint8Array, withinMs: number): Promise<Answer> {
    return new Promise((resolve) => {
      const { headers } = this;
      const options = { method: 'POST', headers, agent: this.#agent };
      const request = this.#request(this.settings.endpoint, options, (response) =>
        this.#answer(response, settle),
      );
      const settle = (answer: Answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      // The socket's own idle timeout would never trip over a collector that answers byte by byte. An answer that came
      // while the application held the event loop is read before it is called late.
      const timer = setTimeout(() => setImmediate(tooLate), withinMs);
      timer.unref();
      const tooLate = () => {
        settle(TOO_LATE);
        request.destroy();
      };
      request.on('error', (error) => settle(unreachable(error)));
      request.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  #answer(response: IncomingMessage, settle: (answer: Answer) => void): void {
    const { statusCode = 0 } = response;
    const taken = statusCode >= 200 && statusCode < 300;
    const chunks: Buffer[] = [];
    let length = 0;
    const end = () => settle(taken ? this.#taken(Buffer.concat(chunks)) : refusedWith(response));
    response.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MOST_READ) chunks.push(chunk);
      else {
        end();
        response.destroy();
      }
    });
    // The status has been said: what becomes of the rest does not change it.
    response.on('end', end).on('error', end);
  }

  /** The status counts: an answer with it that is not OTLP is no refusal. */
  #taken(body: Buffer): Answer {
    try {
      return this.readAnswer(body);
    } catch {
      return TAKEN;
    }
  }
}
