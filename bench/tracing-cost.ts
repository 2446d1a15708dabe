/**
 * `npm run bench:tracing`: what tracing costs the screening of 100 symbols by 10 traders, in three processes that take
 * turns: without a preload, with the preload and no endpoint, and with every span sent to a receiver on this machine.
 * `--blocks 4`, each of new processes since each has its own luck with its memory, of `--rounds 40`, of `--cycles 3`; fails
 * when a ratio misses its goal.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { trace } from '@opentelemetry/api';
import { Spans } from '../src/telemetry/spans';
import { ScreeningSpans } from '../src/telemetry/spans-screening';
import { median } from './benchmark';
import { receiver } from './otlp-sink';

const { values: options } = parseArgs({
  options: {
    blocks: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '40' },
    cycles: { type: 'string', default: '3' },
  },
});
const PRELOAD = ['--require', join(__dirname, '../instrumentation/register.js')];

/**
 * A filter worker's old space is small and its indicators' memory lies outside it: at some point of its life the engine
 * begins to collect all of it in every cycle, for a tenth of the throughput, and when that is differs from process to
 * process. With room enough it does so in none of the modes.
 */
const SAME_HEAP = ['--initial-old-space-size=1000'];

/** Rounds until the code of every mode is compiled: a machine runs for weeks. */
const WARM_UP = 50;

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

interface Measured extends Mode {
  readonly rounds: Round[];
}

const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

async function start(mode: Mode): Promise<ChildProcess> {
  const child = fork(join(__dirname, 'screening-load.js'), {
    execArgv: [...SAME_HEAP, ...mode.execArgv],
    env: { PATH: process.env.PATH, METRICS_PORT: '0', ...mode.env },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  children.add(child);
  await once(child, 'message');
  return child;
}

async function round(child: ChildProcess): Promise<Round> {
  child.send({ cycles: Number(options.cycles) });
  const [figures] = (await once(child, 'message')) as [Round];
  return figures;
}

/** Every other round begins with another mode: what slows this machine down slows all of them down. */
async function block(modes: readonly Measured[]): Promise<void> {
  const started = await Promise.all(modes.map(start));
  for (const child of started) for (let warmUp = 0; warmUp < WARM_UP; warmUp++) await round(child);
  for (let turn = 0; turn < Number(options.rounds); turn++)
    for (let place = 0; place < modes.length; place++) {
      const mode = (turn + place) % modes.length;
      modes[mode]!.rounds.push(await round(started[mode]!));
    }
  for (const child of started) child.kill('SIGKILL');
}

/** Another mode's figure as a share of this one's: the median of the blocks' own ratios. */
function share(of: Measured, base: Measured, figure: keyof Round): number {
  const rounds = Number(options.rounds);
  const inBlock = ({ rounds: all }: Measured, block: number) =>
    median(all.slice(block * rounds, (block + 1) * rounds).map((round) => round[figure]));
  const ratios = Array.from(
    { length: Number(options.blocks) },
    (_, block) => inBlock(base, block) / inBlock(of, block),
  );
  return median(ratios);
}

function report([base, ...others]: readonly Measured[]): boolean {
  const perSecond = (mode: Measured, figure: keyof Round) =>
    (Number(options.cycles) / median(mode.rounds.map((round) => round[figure]))).toFixed(1);
  const line = (mode: Measured) =>
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
  const startedMs = performance.now();
  for (let call = 0; call < calls; call++) spans.cycle('1m', call)?.execution()?.span.end();
  return ((performance.now() - startedMs) * 1e6) / calls;
}

async function main(): Promise<void> {
  const { url, stop } = await receiver();
  const modes: Mode[] = [
    { name: 'no preload', execArgv: [], env: {} },
    { name: 'preload, tracing off', execArgv: PRELOAD, env: {}, goal: 0.99 },
    {
      ...{ name: 'preload, every span sent', execArgv: PRELOAD, goal: 0.97 },
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_TRACES_SAMPLER_ARG: '1' },
    },
  ];
  const measured = modes.map((mode) => ({ ...mode, rounds: [] }));
  for (let count = 0; count < Number(options.blocks); count++) await block(measured);
  process.exitCode = report(measured) ? 0 : 1;
  process.stdout.write(`spans where nobody collects: ${spanCallsNs().toFixed(0)} ns per cycle\n`);
  stop();
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
