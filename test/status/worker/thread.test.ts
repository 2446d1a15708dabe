/** The thread seen from main: what it needs, how it is replaced, and that losing it harms nobody. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { type StatusUpdate, StatusWorker } from '../../../src/status-worker';
import type { StatusState } from '../../../status/worker/state';
import { capturedLog } from '../../support/captured-log';
import { ROOT } from '../../support/source-files';
import { type MetricsServer, pretendedPage, serveMetrics } from '../page/pretended-metrics';

const BUILT = join(ROOT, 'dist/status/worker/main.js');
const folder = mkdtempSync(join(tmpdir(), 'status-thread-'));
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let fixtures = 0;
function fixture(code: string): string {
  const file = join(folder, `thread-${fixtures++}.js`);
  writeFileSync(file, `const { parentPort, workerData } = require('node:worker_threads');\n${code}`);
  return file;
}

interface Options {
  readonly metricsUrl?: () => string | undefined;
  readonly bearerToken?: string;
  readonly hungAfterMs?: number;
}

/** Runs a thread; `updates(n)` resolves with the n-th thing it posts. */
function run(file: string, options: Options = {}) {
  const { log, lines } = capturedLog();
  const seen: StatusUpdate[] = [];
  const waiting = new Map<number, (update: StatusUpdate) => void>();
  const onUpdate = (update: StatusUpdate) => {
    seen.push(update);
    waiting.get(seen.length)?.(update);
  };
  const worker = new StatusWorker(
    { file, metricsUrl: () => undefined, firstRetryMs: 5, ...options },
    onUpdate,
    log,
  );
  closing.push(() => worker.stop());
  worker.start();
  const update = (number: number) =>
    new Promise<StatusUpdate>((resolve) => {
      const already = seen[number - 1];
      if (already) resolve(already);
      else waiting.set(number, resolve);
    });
  return { worker, update, seen, lines };
}

const stateOf = ({ state }: StatusUpdate) => JSON.parse(Buffer.from(state).toString()) as StatusState;

async function metrics(answer: () => { status: number; text: string }): Promise<MetricsServer> {
  const server = await serveMetrics(answer);
  closing.push(() => server.close());
  return server;
}

const POST = `(text) => {
  const state = new TextEncoder().encode(JSON.stringify(text));
  parentPort.postMessage({ kind: 'update', id: '1', state, sentences: [] }, [state.buffer]);
}`;

describe('the thread', () => {
  it('reads the metrics that main names, and posts the state with the sentences of its diagnosis', async () => {
    const traders = [{ id: 'rsi', name: 'RSI', newMatches: 1 }];
    const { url } = await metrics(() => ({ status: 200, text: pretendedPage({ traders, screenings: 10 }) }));
    const first = await run(BUILT, { metricsUrl: () => url }).update(1);
    const { view, id } = stateOf(first);
    expect(id).toBe(first.id);
    expect(view?.traders.map(({ name }) => name)).toEqual(['RSI']);
    expect(first.sentences[0]).toBe(view?.headline);
  });

  it('says that there are no metrics, and finds them when they come', async () => {
    const { url } = await metrics(() => ({
      status: 200,
      text: pretendedPage({ traders: [], screenings: 1 }),
    }));
    let known: string | undefined;
    const thread = run(BUILT, { metricsUrl: () => known });
    expect(stateOf(await thread.update(1)).problem).toMatch(/No metrics are served/);
    known = url;
    thread.worker.look(true);
    expect(stateOf(await thread.update(2))).toMatchObject({
      problem: null,
      view: { headline: expect.any(String) },
    });
  });

  it('is given nothing of the environment, no arguments and no preload', async () => {
    process.env.STATUS_TEST_SECRET = 'secret';
    const file = fixture(`(${POST})({ env: process.env, execArgv: process.execArgv, workerData });`);
    const { state } = await run(file, { bearerToken: 'token' }).update(1);
    delete process.env.STATUS_TEST_SECRET;
    expect(JSON.parse(Buffer.from(state).toString())).toEqual({
      env: {},
      execArgv: [],
      workerData: { bearerToken: 'token', looking: false },
    });
  });

  it('is replaced when it ends, again and again, and that is one line in the log', async () => {
    const file = fixture(`(${POST})('begun'); setTimeout(() => { throw new Error('no luck'); }, 1);`);
    const thread = run(file);
    await thread.update(4);
    const warnings = thread.lines('warn');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/stand still: their thread was lost \(no luck\).*trader is not affected/);
  });

  it('is replaced when it cannot even begin', async () => {
    const thread = run(join(folder, 'no-such-file.js'));
    const deadline = Date.now() + 20_000;
    while (thread.lines().length === 0 && Date.now() < deadline)
      await new Promise((resolve) => setImmediate(resolve));
    expect(thread.lines()[0]).toMatch(/no-such-file/);
  });

  it('is replaced when it hangs', async () => {
    const file = fixture(`(${POST})('begun'); setTimeout(() => { for (;;); }, 1);`);
    await run(file, { hungAfterMs: 200 }).update(2);
  });

  it('learns who looks, also after it was replaced', async () => {
    const file = fixture(`
      (${POST})(workerData.looking);
      parentPort.on('message', () => process.exit());`);
    const thread = run(file);
    await thread.update(1);
    thread.worker.look(true);
    expect(Buffer.from((await thread.update(2)).state).toString()).toBe('true');
  });

  it('does not come back after the end', async () => {
    const thread = run(fixture(`(${POST})('begun');`));
    await thread.update(1);
    await thread.worker.stop();
    expect(thread.lines()).toEqual([]);
    expect(thread.seen.length).toBe(1);
  });
});
