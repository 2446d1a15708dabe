/** The program as its users run it. Needs the build. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { columnsOf } from '../../../status/terminal/plain-text';
import { ROOT } from '../../support/source-files';
import { pageText, type TraderNumbers } from '../diagnosis/synthetic-page';

const PROGRAM = join(ROOT, 'dist/status/terminal/main.js');
/** Gives a program a pseudo-terminal. */
const TERMINAL = ['script', '-qec'] as const;
const HOSTILE = '\x1b[2J\x1b[31mred\u202ereversed\r\n🚀 日本 "quoted" \x07';
const CONTINUING: TraderNumbers = { name: 'RSI Oversold', new: 0, continuing: 3, matches: 30, signals: 3 };
const BROKEN: TraderNumbers = { name: HOSTILE, evaluated: 0, skipped: { bad_return: 610 } };

let traders: Record<string, TraderNumbers> = { t1: CONTINUING };
const startMs = Date.now() - 3600_000;
let server: Server;
let url = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/other') response.end('# TYPE up gauge\nup 1\nnode_load1 0.3\n');
    else if (request.url === '/html') response.end('<html>hello</html>');
    else if (request.url === '/broken') response.writeHead(500).end('# cannot\n');
    else if (request.url === '/locked' && request.headers.authorization !== 'Bearer right')
      response.writeHead(401).end();
    else response.end(pageText({ at: (Date.now() - startMs) / 1000, startMs, traders }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

function run(args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  const { FORCE_COLOR: _force, NO_COLOR: _no, ...inherited } = process.env;
  const env = { ...inherited, LANG: 'C.UTF-8', LC_ALL: '', ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, ...args], { env }, (error, out, err) =>
      resolve({ status: error ? Number(error.code) : 0, out, err }),
    );
  });
}

/** In a real terminal of some columns. */
function runInTerminal(
  columns: number,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<string> {
  const command = `stty cols ${columns} rows 50; exec ${process.execPath} ${PROGRAM} ${args.join(' ')}`;
  const { FORCE_COLOR: _force, NO_COLOR: _no, ...inherited } = process.env;
  const env = { ...inherited, TERM: 'xterm-256color', LANG: 'C.UTF-8', LC_ALL: '', ...environment };
  return new Promise((resolve, reject) => {
    execFile(TERMINAL[0], [TERMINAL[1], command, '/dev/null'], { env }, (error, out) =>
      error && error.code === 'ENOENT' ? reject(error) : resolve(out),
    );
  });
}

const widest = (text: string) =>
  Math.max(...text.split(/\r?\n/).map((line) => columnsOf(stripVTControlCharacters(line))));

describe('trader-status, piped,', () => {
  it('says that a healthy machine is healthy, without escapes, and exits with 0', async () => {
    traders = { t1: CONTINUING };
    const { status, out, err } = await run([url, '--once']);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toMatch(
      /✔ Healthy: 1 trader on 10 symbols, up 60 min|✔ Healthy: 1 trader on 10 symbols, up 1 h/,
    );
    expect(out).toContain('RSI Oversold: 3 symbols matching (0 new, 3 continuing)');
    expect(out).toMatch(/S0USDT last kline: 1 s ago \(fresh\)/);
    expect(out).toMatch(/WebSocket: connected/);
    expect(out).toMatch(/Queue depth: 0 signals to store/);
    expect(out).not.toContain('\x1b');
    expect(widest(out)).toBeLessThanOrEqual(80);
  });

  it('takes two pages, so that it can tell what grows', async () => {
    const { out } = await run([url, '--json']);
    expect(JSON.parse(out).windowSeconds).toBeGreaterThan(4);
  });

  it('names what is wrong, lets no name steer the terminal, and exits with 1', async () => {
    traders = { t1: CONTINUING, t2: BROKEN };
    const { status, out } = await run([url, '--once'], { COLUMNS: '40' });
    expect(status).toBe(1);
    expect(out.replace(/\s+/g, ' ')).toMatch(
      /! "�\[2J�\[31mred�reversed 🚀 日本 "quoted" �": the filter returned neither true nor false/,
    );
    expect(out).toMatch(/runbook: FilterBadReturns/);
    expect(out.replace(/\n/g, '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(widest(out)).toBeLessThanOrEqual(40);
  });

  it('has it as JSON for scripts, in which names do not act either', async () => {
    traders = { t1: CONTINUING, t2: BROKEN };
    const { status, out } = await run([url, '--once', '--json']);
    expect(status).toBe(1);
    expect(out.replace(/\n/g, '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    const read = JSON.parse(out);
    expect(read).toMatchObject({
      status: 'degraded',
      healthy: false,
      findings: [{ cause: 'filter_bad_return' }, {}],
    });
    expect(read.traders.map(({ name }: { name: string }) => name)).toContain(HOSTILE);
  });

  it('colours when forced to', async () => {
    expect((await run([url, '--once'], { FORCE_COLOR: '1' })).out).toContain('\x1b[');
  });
});

describe('trader-status exits with 2 and one sentence', () => {
  it.each([
    [
      'where nothing listens',
      () => ['127.0.0.1:1'],
      /cannot be read|Nothing listens at http:\/\/127\.0\.0\.1:1\/metrics/,
    ],
    [
      'where nothing listens on a usual port',
      () => ['127.0.0.1:59999'],
      /^trader-status: Nothing listens at .*fly proxy/,
    ],
    ['on the page of another program', () => [`${url}/other`], /no trader's metrics page/],
    ['on what is no metrics page at all', () => [`${url}/html`], /no trader's metrics page/],
    ['on a page that fails', () => [`${url}/broken`], /cannot make its metrics page \(500\)/],
    ['without the token', () => [`${url}/locked`], /wants a bearer token \(401\): set METRICS_BEARER_TOKEN/],
    ['for a wrong option', () => ['--colour'], /--colour/],
    ['for an address that is none', () => ['ftp://x'], /http:\/\//],
  ])('%s', async (_what, args, sentence) => {
    const { status, out, err } = await run(args());
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(sentence);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  it('and says so in JSON', async () => {
    const { status, out } = await run(['127.0.0.1:59999', '--json']);
    expect(status).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ status: 'unreachable', url: 'http://127.0.0.1:59999/metrics' });
  });
});

describe('trader-status', () => {
  it('sends the token of the environment', async () => {
    traders = { t1: CONTINUING };
    expect((await run([`${url}/locked`, '--once'], { METRICS_BEARER_TOKEN: 'right' })).status).toBe(0);
    expect((await run([`${url}/locked`, '--once'], { METRICS_BEARER_TOKEN: 'wrong' })).err).toMatch(
      /refuses the token/,
    );
  });

  it('has help and a version', async () => {
    const help = await run(['--help']);
    expect(help.status).toBe(0);
    expect(help.out).toMatch(/Exit status: 0 healthy, 1 something is wrong, 2/);
    expect((await run(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('does not mind a reader that has enough', () => {
    const command = `${process.execPath} ${PROGRAM} --help | head -1`;
    expect(spawnSync('sh', ['-c', command], { encoding: 'utf8' })).toMatchObject({ stderr: '', status: 0 });
  });
});

const hasScript = spawnSync('which', [TERMINAL[0]]).status === 0;

(hasScript ? describe : describe.skip)('trader-status in a terminal', () => {
  it.each([80, 40])('of %d columns fits, in colours', async (columns) => {
    traders = { t1: CONTINUING, t2: BROKEN };
    const out = await runInTerminal(columns, [url, '--once']);
    expect(widest(out)).toBeLessThanOrEqual(columns);
    expect(out).toContain('\x1b[33m!\x1b[0m');
  });

  it('has no colours with NO_COLOR, and none but ASCII on a dumb one', async () => {
    expect(await runInTerminal(80, [url, '--once'], { NO_COLOR: '1' })).not.toContain('\x1b');
    expect(await runInTerminal(80, [url, '--once'], { TERM: 'dumb' })).toMatch(/^[\x20-\x7e\r\n]*$/);
  });

  it('redraws with --watch, and gives the screen back at Ctrl-C', async () => {
    traders = { t1: CONTINUING };
    const child = spawn(
      TERMINAL[0],
      [TERMINAL[1], `exec ${process.execPath} ${PROGRAM} ${url} --watch 1`, '/dev/null'],
      {
        env: { ...process.env, TERM: 'xterm', LANG: 'C.UTF-8' },
      },
    );
    let out = '';
    const frames = () => out.split('\x1b[?2026h').length - 1;
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk) => {
        out += String(chunk);
        if (frames() >= 3) resolve();
      });
    });
    child.stdin.write('\x03');
    await once(child, 'exit');
    expect(out.startsWith('\x1b[?1049h\x1b[?25l')).toBe(true);
    expect(out.trimEnd().endsWith('\x1b[?25h\x1b[?1049l')).toBe(true);
    expect(out).not.toContain('\x1b[2J');
  });
});
