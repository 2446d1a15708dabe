import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { type Family, seriesValue } from '../support/exposition';
import { FAULT_MODES, type FaultMode, OtlpFaultServer } from '../support/otlp-fault-server';
import { PRELOAD, PreloadedApp } from '../support/preloaded-app';
import { ROOT } from '../support/source-files';

// The heap holds the noise of the machine too: a measurement that fails is told and taken again, once.
jest.retryTimes(1, { logErrorsBeforeRetry: true });

/** Started together, so that most of the time passes in waiting for collectors that do not answer. */
const BATCH = 9;
/** Three seconds of steady work, and a burst beyond the queue. */
const [TICKS, PER_TICK, BURST] = [30, 40, 3_000];
const HEAP_LIMIT = 16 * 1024 * 1024;
const MOST_LINES_PER_CAUSE = 10;
const ANSWERING: readonly FaultMode[] = ['ok', 'partial', 'garbage', 'html'];
const DEFAULT_OTLP_PORTS = [4317, 4318];

interface Figures {
  readonly exported: number;
  readonly dropped: number;
  readonly queued: number;
}

interface Outcome extends Figures {
  readonly mode: FaultMode;
  readonly made: number;
  readonly acknowledged: number;
  readonly growth: number;
  readonly scrapes: number;
  readonly problems: readonly string[];
}

function figuresOf(page: readonly Family[]): Figures {
  return {
    exported: seriesValue(page, 'spans_exported_total') ?? Number.NaN,
    dropped: (page.find(({ name }) => name === 'spans_dropped_total')?.samples ?? []).reduce(
      (sum, { value }) => sum + value,
      0,
    ),
    queued: seriesValue(page, 'spans_queued') ?? Number.NaN,
  };
}

function linesPerCause({ lines }: PreloadedApp): number[] {
  const causes = lines.map((line) => line.replace(/\d+/g, '#'));
  return [...new Set(causes)].map((cause) => causes.filter((other) => other === cause).length);
}

/** Scrapes until nothing is queued; the sum must be what was made at every one of them. */
async function settled(
  app: PreloadedApp,
  made: number,
  problems: string[],
): Promise<Figures & { scrapes: number }> {
  for (let scrapes = 1; ; scrapes++) {
    const figures = figuresOf(await app.page());
    const { exported, dropped, queued } = figures;
    if (exported + dropped + queued !== made)
      problems.push(`scrape ${scrapes}: ${exported} + ${dropped} + ${queued} ≠ ${made}`);
    if (queued === 0 || problems.length > 3) return { ...figures, scrapes };
    await sleep(250);
  }
}

/**
 * Patience with the collectors that do answer: an answer that is on its way when the client gives up is known to the
 * server alone, and on a busy computer that happens.
 */
function patience(mode: FaultMode): Record<string, string> {
  const ms = '10000';
  return ANSWERING.includes(mode) ? { OTEL_EXPORTER_OTLP_TIMEOUT: ms, OTEL_BSP_EXPORT_TIMEOUT: ms } : {};
}

async function account(mode: FaultMode): Promise<Outcome> {
  const collector = await OtlpFaultServer.start(mode);
  const app = new PreloadedApp({
    app: 'makes-spans-steadily.js',
    args: [`${TICKS}`, `${PER_TICK}`, `${BURST}`],
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.baseUrl, ...patience(mode) },
    nodeArgs: ['--expose-gc', '--require', PRELOAD],
  });
  try {
    const problems: string[] = [];
    await app.says('growth');
    const { made, growth } = JSON.parse(app.stdout) as { made: number; growth: number };
    const figures = await settled(app, made, problems);
    if (!app.running) problems.push('the application ended');
    const foreign = app.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('[telemetry]'));
    if (foreign.length > 0) problems.push(`stderr: ${foreign.slice(0, 3).join(' | ')}`);
    if (linesPerCause(app).some((count) => count > MOST_LINES_PER_CAUSE)) problems.push('a flood of lines');
    return { mode, made, growth, acknowledged: collector.acknowledged, problems, ...figures };
  } finally {
    await app.stop();
    await collector.stop();
  }
}

async function accountAll(): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let at = 0; at < FAULT_MODES.length; at += BATCH)
    outcomes.push(...(await Promise.all(FAULT_MODES.slice(at, at + BATCH).map(account))));
  return outcomes;
}

describe('R10: the accounting of spans', () => {
  it(`is exact in ${FAULT_MODES.length} states of the collector: made = acknowledged + counted drops`, async () => {
    const outcomes = await accountAll();
    const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((all, one) => all + of(one), 0);
    console.log(
      `R10: ${outcomes.length} states: ${sum(({ made }) => made)} spans made, ${sum(({ acknowledged }) => acknowledged)} acknowledged, ${sum(({ dropped }) => dropped)} counted as dropped, in ${sum(({ scrapes }) => scrapes)} scrapes; heap at most +${(Math.max(...outcomes.map(({ growth }) => growth)) / 1024 / 1024).toFixed(1)} MB`,
    );
    expect(FAULT_MODES.length).toBe(18);
    const wrong = outcomes.filter(
      ({ made, acknowledged, exported, dropped, growth, problems }) =>
        made !== acknowledged + dropped ||
        exported !== acknowledged ||
        growth > HEAP_LIMIT ||
        problems.length > 0,
    );
    expect(wrong).toEqual([]);
    const taking = outcomes.filter(({ exported }) => exported > 0).map(({ mode }) => mode);
    expect(taking).toEqual(expect.arrayContaining([...ANSWERING]));
    expect(taking.length).toBeLessThan(6);
    expect(outcomes.every(({ dropped }) => dropped > 0)).toBe(true);
  }, 150_000);
});

interface Traffic {
  readonly connections: number;
  readonly modules: readonly string[];
}

async function trafficWith(env: Record<string, string>): Promise<Traffic> {
  const app = new PreloadedApp({
    app: 'makes-spans.js',
    args: ['100', 'natural'],
    env,
    nodeArgs: ['--require', join(ROOT, 'test/fixtures/counts-connections.js'), '--require', PRELOAD],
  });
  await app.exited;
  return JSON.parse(app.stdout.trim().split('\n').at(-1) ?? '') as Traffic;
}

/** Listens where an exporter sends by default; nothing where somebody else does. */
async function listenAt(port: number, onConnection: () => void): Promise<() => void> {
  const server = createServer((socket) => {
    onConnection();
    socket.destroy();
  }).listen(port, '127.0.0.1');
  await Promise.race([once(server, 'listening'), once(server, 'error').catch(() => {})]).catch(() => {});
  return () => server.close();
}

describe('R10: no endpoint', () => {
  it.each([
    ['nothing configured', {}],
    ['an empty endpoint', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
    ['everything but an endpoint', { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_TRACES_SAMPLER: 'always_on' }],
    [
      'an endpoint, and no exporter',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_TRACES_EXPORTER: 'none' },
    ],
  ])('%s: no packet leaves and no tracing module is loaded', async (_, env) => {
    let heard = 0;
    const listeners = await Promise.all(DEFAULT_OTLP_PORTS.map((port) => listenAt(port, () => heard++)));
    const { connections, modules } = await trafficWith(env as Record<string, string>);
    for (const close of listeners) close();
    expect({ connections, modules, heard }).toEqual({ connections: 0, modules: [], heard: 0 });
  });

  it('would be noticed: with one, packets leave and modules are loaded', async () => {
    const collector = await OtlpFaultServer.start('ok');
    const { connections, modules } = await trafficWith({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.baseUrl });
    await collector.stop();
    expect(connections).toBeGreaterThan(0);
    expect(modules.length).toBeGreaterThan(10);
  });
});
