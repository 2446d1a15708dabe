/** B4: what the preload costs a process that starts, against sdk-node set up to do the same. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Benchmark, Contestant } from './benchmark';

interface Started {
  readonly startedAfterMs: number;
  readonly residentMb: number;
  readonly modules: number;
}

const OURS = join(__dirname, '../instrumentation/register.js');
const PEER = join(__dirname, 'peer-preload.js');
const QUIET = {
  OTEL_TRACES_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_NODE_RESOURCE_DETECTORS: 'none',
};

let port = 39_091;

function start(preload?: string): Started {
  const args = [
    '--expose-gc',
    ...(preload ? ['--require', preload] : []),
    join(__dirname, 'started-process.js'),
  ];
  const env = { PATH: process.env.PATH, METRICS_PORT: String(port++), ...QUIET };
  return JSON.parse(
    execFileSync(process.execPath, args, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore'] }),
  );
}

/** The figure of a process with the preload, less that of one without in the same round. */
function increase(name: string, preload: string, figure: keyof Started): Contestant {
  return { name, round: () => start(preload)[figure] - start()[figure] };
}

const contestantsOf = (figure: keyof Started) => () => [
  increase('ours', OURS, figure),
  increase('sdk-node', PEER, figure),
];

export const time: Benchmark = {
  id: 'B4-time',
  title: 'Preload without tracing: how much later the application begins',
  unit: 'ms',
  rounds: 15,
  contestants: contestantsOf('startedAfterMs'),
  goals: [{ against: 'sdk-node', atMost: 0.6 }],
  note: 'Both serve /metrics with the metrics of the Node runtime; a process without a preload is subtracted.',
};

export const memory: Benchmark = {
  id: 'B4-memory',
  title: 'Preload without tracing: additional resident memory',
  unit: 'MB',
  rounds: 15,
  contestants: contestantsOf('residentMb'),
  goals: [{ against: 'sdk-node', atMost: 0.7 }],
};

export const modules: Benchmark = {
  id: 'B4-modules',
  title: 'Preload without tracing: modules loaded',
  unit: 'modules',
  rounds: 3,
  contestants: contestantsOf('modules'),
  goals: [{ against: 'sdk-node', atMost: 0.7 }],
};
