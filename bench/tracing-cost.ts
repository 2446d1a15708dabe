/**
 * `npm run bench:tracing`: what tracing costs the screening of 100 symbols by 10 traders, in three processes that take
 * turns: without a preload, with the preload and no endpoint, and with every span sent to a receiver on this machine.
 * `--rounds 150`, `--cycles 4`; fails when a ratio misses its goal.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { trace } from '@opentelemetry/api';
import { Spans } from '../src/telemetry/spans';
import { ScreeningSpans } from '../src/telemetry/spans-screening';
import { median } from './benchmark';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '150' }, cycles: { type: 'string', default: '4' } },
});
const PRELOAD = ['--require', join(__dirname, '../instrumentation/register.js')];

interface Mode {
  readonly name: string;
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Least share of the throughput without a preload. */
  readonly goal?: number;
}

interface Round {
  readonly seconds: number;
  /** All threads of the process. */
  readonly cpuSeconds: number;
}

interface Running extends Mode {
  readonly child: ChildProcess;
  readonly rounds: Round[];
}

/** Takes every request as a collector does, and counts bytes. */
async function receiver() {
  const got = { bytes: 0, requests: 0 };
  const server = createServer((request, response) => {
    got.requests++;
    request.on('data', (chunk: Buffer) => {
      got.bytes += chunk.length;
    });
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { got, url, stop: () => server.close(() => {}).closeAllConnections() };
}

async function start(mode: Mode): Promise<Running> {
  const child = fork(join(__dirname, 'screening-load.js'), {
    execArgv: [...mode.execArgv],
    env: { PATH: process.env.PATH, METRICS_PORT: '0', ...mode.env },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  await once(child, 'message');
  return { ...mode, child, rounds: [] };
}

async function round({ child }: Running): Promise<Round> {
  child.send({ cycles: Number(options.cycles) });
  const [figures] = (await once(child, 'message')) as [Round];
  return figures;
}

/** Every other round begins with another mode: what slows this machine down slows all of them down. */
async function takeTurns(modes: readonly Running[]): Promise<void> {
  for (const mode of modes) for (let warmUp = 0; warmUp < 3; warmUp++) await round(mode);
  for (let turn = 0; turn < Number(options.rounds); turn++)
    for (let place = 0; place < modes.length; place++) {
      const mode = modes[(turn + place) % modes.length]!;
      mode.rounds.push(await round(mode));
    }
}

/** Another mode's figure as a share of this one's: the median of the rounds' own ratios. */
function share(of: Running, base: Running, figure: keyof Round): number {
  return median(base.rounds.map((round, turn) => round[figure] / of.rounds[turn]![figure]));
}

function report([base, ...others]: readonly Running[]): boolean {
  const perSecond = (mode: Running, figure: keyof Round) =>
    (Number(options.cycles) / median(mode.rounds.map((round) => round[figure]))).toFixed(1);
  const line = (mode: Running) =>
    `${mode.name.padEnd(26)} ${perSecond(mode, 'seconds')} cycles/s, ${perSecond(mode, 'cpuSeconds')} per second of CPU`;
  process.stdout.write(`${line(base!)}\n`);
  const verdicts = others.map((mode) => {
    const [throughput, cpu] = [share(mode, base!, 'seconds'), share(mode, base!, 'cpuSeconds')];
    const met = throughput >= (mode.goal ?? 0);
    const ratios = `${throughput.toFixed(4)} of the throughput (goal ≥ ${mode.goal}: ${met ? 'met' : 'MISSED'}), ${cpu.toFixed(4)} by CPU`;
    process.stdout.write(`${line(mode)}\n  ${ratios}\n`);
    return met;
  });
  return verdicts.every(Boolean);
}

/** Everything that screening says to its spans, where nobody collects: ns for each execution. */
function spanCallsNs(): number {
  const spans = new ScreeningSpans(new Spans(trace.getTracer('nobody')));
  const calls = 1_000_000;
  const once = () => {
    for (let call = 0; call < calls; call++) spans.cycle('1m', call)?.execution()?.span.end();
  };
  once();
  const startedMs = performance.now();
  once();
  return ((performance.now() - startedMs) * 1e6) / calls;
}

async function main(): Promise<void> {
  const { got, url, stop } = await receiver();
  const modes: Mode[] = [
    { name: 'no preload', execArgv: [], env: {} },
    { name: 'preload, tracing off', execArgv: PRELOAD, env: {}, goal: 0.99 },
    {
      ...{ name: 'preload, every span sent', execArgv: PRELOAD, goal: 0.97 },
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_TRACES_SAMPLER_ARG: '1' },
    },
  ];
  const running = await Promise.all(modes.map(start));
  await takeTurns(running);
  process.exitCode = report(running) ? 0 : 1;
  process.stdout.write(
    `the receiver got ${got.requests} requests of ${Math.round(got.bytes / 1024)} KiB in all\n`,
  );
  process.stdout.write(`spans where nobody collects: ${spanCallsNs().toFixed(0)} ns per cycle\n`);
  for (const { child } of running) child.kill('SIGKILL');
  stop();
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
