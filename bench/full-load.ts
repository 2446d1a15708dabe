/**
 * The machine at the size of the whole USDT market: 500 symbols × 6 intervals, 50 traders, on the simulated exchange.
 * `npm run bench:load -- --minutes 5`: runs, then prints what the page and the exchange say of it. With `--midnight` the
 * exchange's clock is set back to shortly before 00:00 UTC, when all six intervals close at once: 3,000 closes. With
 * `--small` the machine is that of one user: 100 symbols × 4 intervals, 20 traders.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { firstLine, startNode, stopChild } from '../simulator/child';
import { startEmbeddedDatabase } from '../simulator/embedded-database';
import { report } from './load-report';
import { LOAD_TRADERS } from './load-traders';
import { pageOf, sum } from './page-figures';

const BUILD = join(__dirname, '..');
const METRICS_PORT = '29091';
const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    symbols: { type: 'string' },
    traders: { type: 'string' },
    midnight: { type: 'boolean', default: false },
    small: { type: 'boolean', default: false },
  },
});
const SYMBOLS = options.symbols ?? (options.small ? '100' : '500');
const TRADERS = Number(options.traders ?? (options.small ? 20 : 50));
const FEW_INTERVALS = ['1m', '5m', '15m', '1h'];

interface Sent {
  readonly framesByStream: Readonly<Record<string, number>>;
}

async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'full-load-'));
  const database = await startEmbeddedDatabase({ dataDir });
  const exchange = startNode([join(BUILD, 'simulator/main.js'), ...exchangeArguments()]);
  const { wsUrl, restUrl } = JSON.parse(await firstLine(exchange, 'simulated exchange')) as {
    wsUrl: string;
    restUrl: string;
  };
  const trader = startNode(
    ['--require', join(BUILD, 'instrumentation/register.js'), join(BUILD, 'src/main.js')],
    {
      ...{
        DATABASE_URL: database.url,
        BINANCE_WS_URL: wsUrl,
        BINANCE_REST_URL: restUrl,
        METRICS_PORT,
        HTTP_PORT: '0',
      },
      ...{
        SYMBOL_COUNT: SYMBOLS,
        LOG_LEVEL: 'warn',
        OTEL_CONFIG_FILE: join(BUILD, '../otel-config.yaml'),
      },
    },
  );
  createInterface({ input: trader.stdout! }).on('line', (line) =>
    process.stdout.write(`${line.slice(0, 300)}\n`),
  );
  try {
    await addTraders(database.url);
    await measure(trader.pid!, restUrl);
  } finally {
    await stopChild(trader);
    await Promise.all([stopChild(exchange), database.stop()]);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function exchangeArguments(): string[] {
  const symbols = ['--symbols', String(Number(SYMBOLS) + 20)];
  const sinceMidnightMs = Date.now() % 86_400_000;
  return options.midnight ? [...symbols, `--clock-offset=${-sinceMidnightMs - 180_000}`] : symbols;
}

function chosenTraders(): typeof LOAD_TRADERS {
  const few = LOAD_TRADERS.filter(({ filter }) =>
    filter.requiredTimeframes.every((interval) => FEW_INTERVALS.includes(interval)),
  );
  return (options.small ? few : LOAD_TRADERS).slice(0, TRADERS);
}

async function addTraders(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  while ((await client.query(`select to_regclass('traders') as name`)).rows[0].name === null)
    await pause(0.5);
  for (const { id, name, filter } of chosenTraders()) {
    await client.query('insert into traders (id, name, filter) values ($1, $2, $3)', [
      id,
      name,
      JSON.stringify(filter),
    ]);
  }
  await client.end();
}

async function measure(pid: number, restUrl: string): Promise<void> {
  const wanted = Number(SYMBOLS);
  await until(async () => {
    const page = await pageOf(METRICS_PORT);
    return (
      sum(page, 'market_symbols', { state: 'delivering' }) === wanted && sum(page, 'registry_size') >= TRADERS
    );
  });
  await pause(20);
  const [before, cpuBefore] = [await pageOf(METRICS_PORT), cpuSeconds(pid)];
  await pause(Number(options.minutes) * 60);
  const [after, cpuAfter] = [await pageOf(METRICS_PORT), cpuSeconds(pid)];
  const sent = (await (await fetch(`${restUrl}/simulator/sent`)).json()) as Sent;
  const streams = Object.entries(sent.framesByStream).filter(([stream]) => stream.includes('@kline_'));
  const klineFramesSent = streams.reduce((total, [, count]) => total + count, 0);
  const seconds = Number(options.minutes) * 60;
  const figures = { before, after, seconds, cpuSeconds: cpuAfter - cpuBefore, klineFramesSent, pid };
  process.stdout.write(report(figures));
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition().catch(() => false))) await pause(1);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

main().catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
