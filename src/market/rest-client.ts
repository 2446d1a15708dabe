import { type HttpSpan, type HttpSpans, withoutSecrets } from '../telemetry/spans-http';
import { FeedStoppedError, pause } from './abort';
import { isBan, RestError, statusError } from './rest-error';
import { WeightBudget } from './weight-budget';

export interface RestOptions {
  readonly restUrl: string;
  readonly restTimeoutMs: number;
  /** The exchange's limit; requests are paced below it. */
  readonly weightPerMinute: number;
  /** How long to stay away when the exchange refuses the address without saying for how long, ms. */
  readonly banMs: number;
}

export type Endpoint = 'exchangeInfo' | 'klines' | 'ticker/24hr' | 'time';

const WEIGHT: Readonly<Record<Endpoint, number>> = {
  exchangeInfo: 20,
  klines: 2,
  'ticker/24hr': 80,
  time: 1,
};

/** What the client tells about each request: an HTTP status, `network` or `timeout`. */
export interface RestObserver {
  restAnswered(endpoint: string, status: string): void;
}

/** The exchange's market-data REST interface: one attempt per call, paced by weight, silent while banned. */
export class RestClient {
  private readonly budget: WeightBudget;
  private readonly stopped = new AbortController();
  private readonly baseUrl: string;

  constructor(
    private readonly options: RestOptions,
    private readonly observer: RestObserver,
    private readonly spans?: HttpSpans,
  ) {
    this.budget = new WeightBudget(options.weightPerMinute);
    this.baseUrl = `${options.restUrl.replace(/\/+$/, '')}/api/v3/`;
  }

  /** Pauses and retries of this client's users end with it. */
  get signal(): AbortSignal {
    return this.stopped.signal;
  }

  /**
   * @returns the answer's JSON, unchecked
   * @throws RestError; FeedStoppedError after `stop`
   */
  async get(endpoint: Endpoint, query: Readonly<Record<string, string | number>> = {}): Promise<unknown> {
    const weight = WEIGHT[endpoint];
    for (let waitMs = this.budget.take(weight); waitMs > 0; waitMs = this.budget.take(weight)) {
      await pause(waitMs, this.signal);
    }
    const url = new URL(endpoint, this.baseUrl);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    let usedWeight: number | undefined;
    const span = this.spans?.request('GET', url, withoutSecrets);
    try {
      const response = await this.fetch(endpoint, url);
      usedWeight = headerNumber(response, 'x-mbx-used-weight-1m');
      span?.answered(response.status);
      return await this.read(endpoint, response);
    } catch (error) {
      tell(span, error);
      throw error;
    } finally {
      span?.end();
      this.budget.settle(weight, usedWeight);
    }
  }

  stop(): void {
    this.stopped.abort();
  }

  private async fetch(endpoint: Endpoint, url: URL): Promise<Response> {
    try {
      return await fetch(url, { signal: this.deadline() });
    } catch (error) {
      throw this.failed(endpoint, error);
    }
  }

  private async read(endpoint: Endpoint, response: Response): Promise<unknown> {
    const body = await response.text().catch((error: unknown) => {
      throw this.failed(endpoint, error);
    });
    this.observer.restAnswered(endpoint, String(response.status));
    if (response.status !== 200) throw this.refused(endpoint, response, body);
    try {
      return JSON.parse(body);
    } catch {
      throw new RestError(`${endpoint} answered 200 with something that is no JSON`, 'body', true);
    }
  }

  private refused(endpoint: Endpoint, response: Response, body: string): RestError {
    const askedMs = (headerNumber(response, 'retry-after') ?? 0) * 1000;
    const waitMs = isBan(response.status) ? askedMs || this.options.banMs : askedMs;
    if (isBan(response.status)) this.budget.block(waitMs);
    return statusError(endpoint, response.status, body, waitMs);
  }

  private failed(endpoint: Endpoint, error: unknown): Error {
    if (this.signal.aborted) return new FeedStoppedError();
    const timedOut = error instanceof DOMException && error.name === 'TimeoutError';
    this.observer.restAnswered(endpoint, timedOut ? 'timeout' : 'network');
    if (timedOut) {
      const seconds = this.options.restTimeoutMs / 1000;
      return new RestError(`${endpoint} did not answer in ${seconds} s`, 'timeout', true);
    }
    return new RestError(`${endpoint} could not be reached (${causeOf(error)})`, 'network', true);
  }

  private deadline(): AbortSignal {
    return AbortSignal.any([this.signal, AbortSignal.timeout(this.options.restTimeoutMs)]);
  }
}

/** A status has told itself already; what the exchange says about it is not repeated. */
function tell(span: HttpSpan | undefined, error: unknown): void {
  if (error instanceof RestError && error.failure === 'status') return;
  span?.failed(error instanceof RestError ? error.failure : 'stopped', error);
}

function headerNumber(response: Response, name: string): number | undefined {
  const number = Number(response.headers.get(name) ?? Number.NaN);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

function causeOf(error: unknown): string {
  const cause = (error as { cause?: { code?: unknown; message?: unknown } }).cause;
  return String(cause?.code ?? cause?.message ?? (error as Error).message).slice(0, 100);
}
