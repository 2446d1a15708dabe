/** `npm start`: a simulated exchange, an embedded database and the trader with its preload, each a process of its own. */
import type { ChildProcess } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { firstLine, startNode, stopChild } from './child';
import { startEmbeddedDatabase } from './embedded-database';
import { showLog } from './log-view';

const BUILD = join(__dirname, '..');
const EXCHANGE = join(BUILD, 'simulator/main.js');

const HELP = `Starts the trader machine with everything it needs.

  npm start                      on a generated market
  npm start -- --replay DIR      on recorded market data
  npm run start:live             on the real exchange

Environment: METRICS_PORT (9091), HTTP_PORT (8080), DATABASE_URL (else an embedded Postgres), DATA_DIR (data).
Everything after -- goes to the simulated exchange:

`;

type Stop = () => Promise<void>;
type Environment = Record<string, string>;

interface Running {
  readonly stops: Stop[];
  trader?: ChildProcess;
}

async function launch(): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) return await showHelp();
  const live = args.includes('--live');
  const running: Running = { stops: [] };
  onInterrupt(running);
  try {
    const database = await provideDatabase(running.stops);
    const exchange = live ? {} : await startExchange(args, running.stops);
    running.trader = startTrader({ ...database, ...exchange });
    greet(live, 'DATABASE_URL' in database);
    const [code] = await once(running.trader, 'exit');
    process.exitCode = code ?? 1;
  } finally {
    await stopParts(running);
  }
}

/** Ctrl-C and SIGTERM stop the trader first, and the trader decides when it is done; before it runs, all else ends. */
function onInterrupt(running: Running): void {
  const interrupt = () => {
    if (running.trader) running.trader.kill('SIGTERM');
    else void stopParts(running).finally(() => process.exit(130));
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
}

async function stopParts({ stops }: Running): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop();
}

async function showHelp(): Promise<void> {
  const exchange = startNode([EXCHANGE, '--help']);
  const lines = await text(exchange.stdout!);
  process.stdout.write(HELP + lines);
}

async function provideDatabase(stops: Stop[]): Promise<Environment> {
  if (process.env.DATABASE_URL) return {};
  const dataDir = process.env.DATA_DIR || 'data';
  const database = await startEmbeddedDatabase({ dataDir });
  stops.push(() => database.stop());
  return { DATABASE_URL: database.url, DATA_DIR: dataDir };
}

async function startExchange(args: readonly string[], stops: Stop[]): Promise<Environment> {
  const exchange = startNode([EXCHANGE, ...args]);
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

launch().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
