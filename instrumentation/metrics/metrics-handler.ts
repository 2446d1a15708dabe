import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, sayOncePerMinute } from '../diagnostics';
import type { BearerToken } from './bearer-token';
import type { ScrapeCode } from './catalogue';
import { CONTENT_TYPE } from './exposition';
import type { PageCache, ServedPage } from './page-cache';

const PATH = '/metrics';
const PLAIN_TEXT = 'text/plain; charset=utf-8';

interface Answer {
  readonly code: ScrapeCode;
  readonly body: Buffer;
  readonly gzipped: boolean;
}

class TooSlow extends Error {}

function acceptsGzip(request: IncomingMessage): boolean {
  return String(request.headers['accept-encoding'] ?? '')
    .split(',')
    .some((coding) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(coding));
}

/** Answers `GET /metrics` and nothing else. The status tells the truth: never 200 without the application's metrics. */
export class MetricsHandler {
  constructor(
    private readonly pages: PageCache,
    private readonly answered: (code: ScrapeCode) => void,
    private readonly timeoutMs: number,
    private readonly token: BearerToken,
  ) {}

  handle(request: IncomingMessage, response: ServerResponse): void {
    const [path] = (request.url ?? '').split('?', 1);
    if (request.method !== 'GET' && request.method !== 'HEAD')
      this.#refuse(response, 405, { allow: 'GET, HEAD' });
    else if (path !== PATH) this.#refuse(response, 404, {});
    else if (!this.token.admits(request.headers.authorization)) this.#refuseStranger(response);
    else
      this.#answer(request, response).catch((error) => {
        sayOncePerMinute('answer', `a scrape could not be answered: ${describe(error)}`);
        response.destroy();
      });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { code, body, gzipped } = await this.#page(acceptsGzip(request));
    response.writeHead(Number(code), {
      'content-type': code === '200' ? CONTENT_TYPE : PLAIN_TEXT,
      'content-length': body.length,
      'cache-control': 'no-store',
      vary: 'accept-encoding',
      ...(gzipped ? { 'content-encoding': 'gzip' } : {}),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
    this.answered(code);
  }

  async #page(gzipped: boolean): Promise<Answer> {
    try {
      const page = await this.#inTime();
      const body = gzipped ? await page.compressed() : page.plain;
      return { code: '200', body, gzipped };
    } catch (error) {
      const code = error instanceof TooSlow ? '503' : '500';
      sayOncePerMinute(`scrape ${code}`, `a scrape was answered ${code}: ${describe(error)}`);
      return { code, body: Buffer.from('no metrics could be collected\n'), gzipped: false };
    }
  }

  /** Callbacks are cut off earlier; this limit is for a collection that is stuck all the same. */
  async #inTime(): Promise<ServedPage> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new TooSlow('the page was not ready in time')), this.timeoutMs);
      timer.unref();
    });
    try {
      return await Promise.race([this.pages.current(), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #refuseStranger(response: ServerResponse): void {
    sayOncePerMinute(
      'token',
      'a scrape was answered 401: it did not bring the token of METRICS_BEARER_TOKEN',
    );
    this.#refuse(response, 401, { 'www-authenticate': 'Bearer' });
  }

  #refuse(response: ServerResponse, status: number, headers: Record<string, string>): void {
    response.writeHead(status, { ...headers, 'content-type': PLAIN_TEXT, connection: 'close' });
    response.end();
  }
}
