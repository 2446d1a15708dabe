/** `npm start`: a simulated exchange, an embedded database and the trader with its preload, each a process of its own. */
import type { ChildProcess } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { firstLine, startNode, stopChild } from './child';
import { startEmbeddedDatabase } from './embedded-database';
import { showLog } from './log-view';

const BUILD = join(__dirname, '..');

const HELP = `Starts the trader machine with everything it needs.

  npm start                      on a generated market
  npm start -- --replay DIR      on recorded market data
  npm run start:live             on the real exchange

  --live            use the real exchange instead of the simulated one
  --replay DIR      play recordings instead of generating a market
  --symbols N       symbols of the generated market
  --seed N          seed of the generated market
  --fault NAME      switch a fault of the exchange on (may be repeated)
  --help            this text

Environment: METRICS_PORT (9091), HTTP_PORT (8080), DATABASE_URL (else an embedded Postgres), DATA_DIR (data).
`;

const OPTIONS = {
  live: { type: 'boolean', default: false },
  replay: { type: 'string' },
  symbols: { type: 'string' },
  seed: { type: 'string' },
  fault: { type: 'string', multiple: true },
  help: { type: 'boolean', default: false },
} as const;

type Stop = () => Promise<void>;
type Environment = Record<string, string>;

async function launch(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return void process.stdout.write(HELP);
  const stops: Stop[] = [];
  const stopAll = async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  try {
    const database = await provideDatabase(stops);
    const exchange = values.live ? {} : await startExchange(exchangeArguments(values), stops);
    const trader = startTrader({ ...database, ...exchange });
    greet(values.live, 'DATABASE_URL' in database);
    process.exitCode = await runUntilStopped(trader);
  } finally {
    await stopAll();
  }
}

async function provideDatabase(stops: Stop[]): Promise<Environment> {
  if (process.env.DATABASE_URL) return {};
  const dataDir = process.env.DATA_DIR || 'data';
  const database = await startEmbeddedDatabase({ dataDir });
  stops.push(() => database.stop());
  return { DATABASE_URL: database.url };
}

function exchangeArguments(values: {
  replay?: string;
  symbols?: string;
  seed?: string;
  fault?: string[];
}): string[] {
  const single = (['replay', 'symbols', 'seed'] as const).flatMap((name) =>
    values[name] ? [`--${name}`, values[name]] : [],
  );
  return [...single, ...(values.fault ?? []).flatMap((fault) => ['--fault', fault])];
}

async function startExchange(args: readonly string[], stops: Stop[]): Promise<Environment> {
  const exchange = startNode([join(BUILD, 'simulator/main.js'), ...args]);
  stops.push(() => stopChild(exchange));
  const { wsUrl, restUrl } = JSON.parse(await firstLine(exchange, 'simulated exchange')) as {
    wsUrl: string;
    restUrl: string;
  };
  return { BINANCE_WS_URL: wsUrl, BINANCE_REST_URL: restUrl };
}

function startTrader(environment: Environment): ChildProcess {
  const register = join(BUILD, 'instrumentation/register.js');
  const gitSha = process.env.GIT_SHA ?? currentCommit();
  const trader = startNode(['--require', register, join(BUILD, 'src/main.js')], {
    ...environment,
    GIT_SHA: gitSha,
  });
  showLog(trader.stdout!, (text) => process.stdout.write(text));
  return trader;
}

function currentCommit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: BUILD,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .toString()
      .trim();
  } catch {
    return 'unknown';
  }
}

function greet(live: boolean, embedded: boolean): void {
  const metricsPort = process.env.METRICS_PORT || '9091';
  const httpPort = process.env.HTTP_PORT || '8080';
  process.stdout.write(
    [
      `The trader machine runs on ${live ? 'the real exchange' : 'a simulated exchange'}.`,
      `  metrics   http://localhost:${metricsPort}/metrics`,
      `  health    http://localhost:${httpPort}/health`,
      embedded
        ? '  database  embedded Postgres, for trying out: set DATABASE_URL for anything you want to keep'
        : '  database  DATABASE_URL',
      '  stop      Ctrl-C',
      '',
    ].join('\n'),
  );
}

/** Ctrl-C and SIGTERM stop the trader first; it decides when it is done. */
function runUntilStopped(trader: ChildProcess): Promise<number> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => trader.kill('SIGTERM'));
  return new Promise((resolve) => trader.once('exit', (code) => resolve(code ?? 1)));
}

launch().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
