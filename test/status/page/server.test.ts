/** The server beside /health: what it gives, what it refuses, and that a slow or greedy client costs the others nothing. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { HealthServer } from '../../../src/health-server';
import { createLogger } from '../../../src/log';
import { StatusEvents } from '../../../src/status-events';
import { StatusPage } from '../../../src/status-page';
import { capturedLog } from '../../support/captured-log';

const folder = mkdtempSync(join(tmpdir(), 'status-page-'));
const files = {
  'page.html': '<!doctype html><link href="/assets/__VERSION__/page.css">',
  'page.css': 'p { color: red }',
  'main.js': 'export {}',
  'deep/lib.js': 'export {}',
  'notes.txt': 'not for the world',
  'tsconfig.json': '{}',
  'runbooks/NoTradersLoaded.md': '# No traders',
};

/** Posts one state at once, and one more for each message. */
const THREAD = `
  const { parentPort } = require('node:worker_threads');
  let count = 0;
  const post = () => {
    const id = 'e-' + ++count;
    const state = new TextEncoder().encode(JSON.stringify({ id }));
    parentPort.postMessage({ kind: 'update', id, state, sentences: ['All is well.'] }, [state.buffer]);
  };
  post();
  parentPort.on('message', post);`;

const report = () =>
  ({ machine: 'm', version: '1', uptimeSeconds: 1, status: 'ok', components: {} }) as const;

let url: string;
let server: HealthServer;
let page: StatusPage;
const streams: IncomingMessage[] = [];

beforeAll(async () => {
  for (const [name, text] of Object.entries({ ...files, 'thread.cjs': THREAD })) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const options = { folder, file: join(folder, 'thread.cjs'), metricsUrl: () => undefined };
  page = new StatusPage(options, createLogger('silent'));
  server = new HealthServer(report, page);
  url = `http://127.0.0.1:${await server.listen(0)}`;
  while ((await fetch(`${url}/status.json`)).status !== 200);
});

afterEach(() => {
  for (const stream of streams.splice(0)) stream.destroy();
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(`${url}${path}`, { headers, agent: false }, (response) => {
      streams.push(response);
      resolve(response.setEncoding('utf8'));
    }).on('error', reject);
  });
}

/** What a stream has said once it matches. */
function said(stream: IncomingMessage, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    stream.on('data', (chunk: string) => {
      text += chunk;
      if (pattern.test(text)) resolve(text);
    });
    stream.on('close', () => reject(new Error(`The stream ended with: ${text}`)));
  });
}

describe('the page and its files', () => {
  it('gives the page with addresses that hold the version, never cached without asking', async () => {
    const response = await fetch(url);
    const text = await response.text();
    expect(text).toMatch(/href="\/assets\/[0-9a-f]{16}\/page\.css"/);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    const again = await fetch(url, { headers: { 'if-none-match': response.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });

  it('gives files by their versioned address, for ever, compressed where that is taken', async () => {
    const [, path = ''] = /href="([^"]+)"/.exec(await (await fetch(url)).text()) ?? [];
    const response = await fetch(`${url}${path}`);
    expect(response.headers.get('cache-control')).toMatch(/immutable/);
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(await response.text()).toBe(files['page.css']);
    const plain = await fetch(`${url}${path}`, { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(
      (await fetch(`${url}${path.replace('page.css', 'deep/lib.js')}`)).headers.get('content-type'),
    ).toMatch(/javascript/);
  });

  it('gives runbooks as plain text', async () => {
    const response = await fetch(`${url}/runbooks/NoTradersLoaded.md`);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await response.text()).toBe('# No traders');
  });

  it.each([
    '/page.html',
    '/assets/0000000000000000/page.css',
    '/notes.txt',
    '/tsconfig.json',
    '/thread.cjs',
    '/../src/config.ts',
    '/%2e%2e/src/config.ts',
    '/assets/..%2f..%2fpackage.json',
    '/runbooks/../page.html',
    '//etc/passwd',
    '/.env',
  ])('gives nothing else: %s', async (path) => {
    // As bytes: a client library would tidy the path up.
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () =>
        socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`),
      );
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).toContain('\r\nNo such page\n\r\n');
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('refuses %s', async (method) => {
    for (const path of ['/', '/status.json', '/events', '/health'])
      expect((await fetch(`${url}${path}`, { method })).status).toBe(405);
  });

  it('answers HEAD with the head of GET', async () => {
    for (const path of ['/', '/status.json']) {
      const [head, whole] = [await fetch(`${url}${path}`, { method: 'HEAD' }), await fetch(`${url}${path}`)];
      expect(head.status).toBe(200);
      expect(head.headers.get('content-type')).toBe(whole.headers.get('content-type'));
      expect(await head.text()).toBe('');
    }
  });

  it('lets nothing but its own files run, and nobody frame it, on every answer', async () => {
    for (const path of ['/', '/status.json', '/nothing', '/runbooks/NoTradersLoaded.md']) {
      const { headers } = await fetch(`${url}${path}`);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(
        /default-src 'none'.*frame-ancestors 'none'.*require-trusted-types-for 'script'/,
      );
      expect(policy).not.toMatch(/unsafe|\*|http/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});

describe('a page whose files are gone', () => {
  it('says so in one line however often it is asked for, and leaves /health alone', async () => {
    const { log, lines } = capturedLog();
    const bare = new StatusPage(
      { folder: join(folder, 'none'), file: join(folder, 'thread.cjs'), metricsUrl: () => undefined },
      log,
    );
    const other = new HealthServer(report, bare);
    const base = `http://127.0.0.1:${await other.listen(0)}`;
    for (let attempt = 0; attempt < 3; attempt++) expect((await fetch(base)).status).toBe(500);
    expect((await fetch(`${base}/health`)).status).toBe(200);
    expect(lines()).toEqual(['The status page could not be served: its files could not be read']);
    await other.close();
  });
});

describe('the stream', () => {
  it('gives the state at once, and each one after it', async () => {
    const stream = await open('/events');
    expect(stream.headers['content-type']).toBe('text/event-stream');
    expect(stream.headers['cache-control']).toBe('no-store');
    // A listener makes the thread look, and the thread of this test posts for each message.
    expect(await said(stream, /(id: e-\d+\nevent: state\ndata: \{"id":"e-\d+"\}\n\n){1,2}/)).toMatch(
      /^retry: 2000\n\n/,
    );
  });

  it('does not repeat to somebody who comes back what they have', async () => {
    const { id } = (await (await fetch(`${url}/status.json`)).json()) as { id: string };
    const stream = await open('/events', { 'last-event-id': id });
    const text = await said(stream, /event: state/);
    expect(text).not.toContain(`id: ${id}\n`);
  });

  it('ends the line of nobody but the greedy: beyond the limit it answers 503 and says when to come back', async () => {
    const opened = await Promise.all(Array.from({ length: 33 }, () => open('/events')));
    const codes = opened.map(({ statusCode }) => statusCode).sort();
    expect(codes.filter((code) => code === 200)).toHaveLength(32);
    const refused = opened.find(({ statusCode }) => statusCode === 503);
    expect(refused?.headers['retry-after']).toBe('30');
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });
});

/** As much of a response as the events use. */
function client(queuedBytes: number) {
  const written: string[] = [];
  const listeners: (() => void)[] = [];
  const response = {
    writableLength: queuedBytes,
    destroyed: false,
    writeHead: () => {},
    write: (chunk: string | Uint8Array) => written.push(Buffer.from(chunk).toString()),
    cork: () => {},
    uncork: () => {},
    on: (name: string, listener: () => void) => name === 'close' && listeners.push(listener),
    destroy() {
      response.destroyed = true;
      for (const listener of listeners) listener();
    },
    end() {},
  };
  return { response: response as never, written, isGone: () => response.destroyed };
}

describe('StatusEvents', () => {
  const event = { id: '1', state: Buffer.from('{}') };
  const request = { headers: {} } as never;

  it('gives up a client that does not take what it is sent, and serves the others', () => {
    const events = new StatusEvents(() => {}, { backlogBytes: 100 });
    const [slow, quick] = [client(101), client(100)];
    for (const { response } of [slow, quick]) events.join(request, response, undefined);
    events.broadcast(event);
    expect([slow.isGone(), quick.isGone()]).toEqual([true, false]);
    expect(quick.written.join('')).toContain('event: state\ndata: {}\n\n');
    expect(events.size).toBe(1);
    events.close();
  });

  it('tells when the first client comes and the last one goes, and beats only in between', async () => {
    const audience: boolean[] = [];
    const events = new StatusEvents((looking) => audience.push(looking), { heartbeatMs: 2 });
    const [first, second] = [client(0), client(0)];
    events.join(request, first.response, undefined);
    events.join(request, second.response, undefined);
    while (!first.written.includes('event: beat\ndata:\n\n'))
      await new Promise((next) => setTimeout(next, 1));
    (first.response as { destroy(): void }).destroy();
    expect(audience).toEqual([true]);
    (second.response as { destroy(): void }).destroy();
    expect(audience).toEqual([true, false]);
    const beats = second.written.length;
    await new Promise((next) => setTimeout(next, 10));
    expect(second.written.length).toBe(beats);
  });
});
