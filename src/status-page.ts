import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from './log';
import { LogBackoff } from './log-backoff';
import { type Asset, readAssets } from './status-assets';
import { StatusEvents } from './status-events';
import { type StatusUpdate, StatusWorker, type StatusWorkerOptions } from './status-worker';

export interface StatusPageOptions extends StatusWorkerOptions {
  /** The page's files. */
  readonly folder: string;
}

/** Nothing but the page's own files and its own data; no frame around it, no markup made of text. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
};
const A_YEAR = 'public, max-age=31536000, immutable';
const STALE_AFTER_MS = 60_000;

/** The status page: its files, its data and the thread behind it. It reads and never changes anything. */
export class StatusPage {
  private readonly worker: StatusWorker;
  private readonly events: StatusEvents;
  private latest: StatusUpdate | undefined;
  private latestAtMs = 0;
  private assets: Promise<ReadonlyMap<string, Asset>> | undefined;
  private readonly complaints = new LogBackoff();

  constructor(
    private readonly options: StatusPageOptions,
    private readonly log: Logger,
  ) {
    this.worker = new StatusWorker(options, (update) => this.take(update), log);
    this.events = new StatusEvents((looking) => this.worker.look(looking));
  }

  start(): void {
    this.worker.start();
  }

  async close(): Promise<void> {
    this.events.close();
    await this.worker.stop();
  }

  /** What is wrong, in sentences, worst first; undefined before the metrics were first read. */
  diagnosis(): readonly string[] | undefined {
    if (this.latest === undefined) return undefined;
    const ageMs = performance.now() - this.latestAtMs;
    if (ageMs < STALE_AFTER_MS) return this.latest.sentences;
    const since = `This diagnosis is ${Math.round(ageMs / 1000)} s old: its thread does not report.`;
    return [since, ...this.latest.sentences];
  }

  /** Answers a GET or HEAD for any path but `/health`. */
  answer(request: IncomingMessage, response: ServerResponse, path: string): void {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    if (path === '/events' && request.method === 'GET') this.stream(request, response);
    else if (path === '/status.json') this.answerState(request, response);
    else
      this.answerAsset(request, response, path).catch((error: Error) => {
        if (this.complaints.admit('assets') !== undefined)
          this.log.warn({ err: error }, 'The status page could not be served: its files could not be read');
        refuse(response, 500, 'The status page could not be read');
      });
  }

  private take(update: StatusUpdate): void {
    this.latest = update;
    this.latestAtMs = performance.now();
    this.events.broadcast(update);
  }

  private stream(request: IncomingMessage, response: ServerResponse): void {
    if (this.events.join(request, response, this.latest)) return;
    response.setHeader('retry-after', '30');
    refuse(response, 503, 'Too many status pages are open');
  }

  private answerState(request: IncomingMessage, response: ServerResponse): void {
    if (this.latest === undefined) {
      response.setHeader('retry-after', '5');
      refuse(response, 503, 'The metrics have not been read yet');
      return;
    }
    const { state } = this.latest;
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': state.byteLength,
      'cache-control': 'no-store',
    });
    response.end(request.method === 'HEAD' ? undefined : state);
  }

  private async answerAsset(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    this.assets ??= readAssets(this.options.folder).catch((error: Error) => {
      this.assets = undefined;
      throw error;
    });
    const asset = (await this.assets).get(path);
    if (asset === undefined) refuse(response, 404, 'No such page');
    else if (request.headers['if-none-match'] === asset.etag) response.writeHead(304).end();
    else sendAsset(request, response, asset);
  }
}

function sendAsset(request: IncomingMessage, response: ServerResponse, asset: Asset): void {
  const gzipped = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const body = gzipped ? asset.gzipped : asset.body;
  response.writeHead(200, {
    'content-type': asset.type,
    'content-length': body.length,
    'cache-control': asset.immutable ? A_YEAR : 'no-cache',
    etag: asset.etag,
    vary: 'accept-encoding',
    ...(gzipped ? { 'content-encoding': 'gzip' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${text}\n`);
}
