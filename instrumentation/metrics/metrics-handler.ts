import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, sayOncePerMinute } from '../diagnostics';
import type { BearerToken } from './bearer-token';
import type { ScrapeCode } from './catalogue';
import { type FormName, negotiate } from './negotiation';
import { type PageCache, type ServedPage, totalBytes } from './page-cache';

const PATH = '/metrics';
const PLAIN_TEXT = 'text/plain; charset=utf-8';

interface Answer {
  readonly code: ScrapeCode;
  readonly body: readonly Buffer[];
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
    private readonly pages: Readonly<Record<FormName, PageCache>>,
    private readonly answered: (code: ScrapeCode, userAgent: string | undefined) => void,
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
    const { form, contentType } = negotiate(request.headers.accept);
    const { code, body, gzipped } = await this.#page(form, acceptsGzip(request));
    response.writeHead(Number(code), {
      'content-type': code === '200' ? contentType : PLAIN_TEXT,
      'content-length': totalBytes(body),
      'cache-control': 'no-store',
      vary: 'accept, accept-encoding',
      ...(gzipped ? { 'content-encoding': 'gzip' } : {}),
    });
    const sent = request.method === 'HEAD' ? [] : body;
    for (const chunk of sent.slice(0, -1)) response.write(chunk);
    response.end(sent.at(-1));
    this.answered(code, request.headers['user-agent']);
  }

  async #page(form: FormName, gzipped: boolean): Promise<Answer> {
    try {
      const page = await this.#inTime(form);
      const body = gzipped ? await page.compressed() : page.chunks;
      return { code: '200', body, gzipped };
    } catch (error) {
      const code = error instanceof TooSlow ? '503' : '500';
      sayOncePerMinute(`scrape ${code}`, `a scrape was answered ${code}: ${describe(error)}`);
      return { code, body: [Buffer.from('no metrics could be collected\n')], gzipped: false };
    }
  }

  /** Callbacks are cut off earlier; this limit is for a collection that is stuck all the same. */
  async #inTime(form: FormName): Promise<ServedPage> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new TooSlow('the page was not ready in time')), this.timeoutMs);
      timer.unref();
    });
    try {
      return await Promise.race([this.pages[form].current(), late]);
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
