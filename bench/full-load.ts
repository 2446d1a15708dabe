/**
 * The machine at the size of the whole USDT market: 500 symbols × 6 intervals, 50 traders, on the simulated exchange.
 * `npm run bench:load -- --minutes 5`: runs, then prints what the page and the exchange say of it.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { firstLine, startNode, stopChild } from '../simulator/child';
import { startEmbeddedDatabase } from '../simulator/embedded-database';
import { LOAD_TRADERS } from './load-traders';
import { histogramQuantile, type Page, pageOf, sum } from './page-figures';

const BUILD = join(__dirname, '..');
const METRICS_PORT = '29091';
const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    symbols: { type: 'string', default: '500' },
    traders: { type: 'string', default: '50' },
  },
});

interface Sent {
  readonly frames: number;
  readonly closes: number;
  readonly framesByStream: Readonly<Record<string, number>>;
}

async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'full-load-'));
  const database = await startEmbeddedDatabase({ dataDir });
  const exchange = startNode([
    join(BUILD, 'simulator/main.js'),
    '--symbols',
    String(Number(options.symbols) + 20),
  ]);
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
        SYMBOL_COUNT: options.symbols,
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

async function addTraders(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  while ((await client.query(`select to_regclass('traders') as name`)).rows[0].name === null)
    await pause(0.5);
  for (const { id, name, filter } of LOAD_TRADERS.slice(0, Number(options.traders))) {
    await client.query('insert into traders (id, name, filter) values ($1, $2, $3)', [
      id,
      name,
      JSON.stringify(filter),
    ]);
  }
  await client.end();
}

async function measure(pid: number, restUrl: string): Promise<void> {
  const wanted = Number(options.symbols);
  await until(async () => {
    const page = await pageOf(METRICS_PORT);
    return (
      sum(page, 'market_symbols', { state: 'delivering' }) === wanted &&
      sum(page, 'registry_size') >= Number(options.traders)
    );
  });
  await pause(20);
  const [before, cpuBefore] = [await pageOf(METRICS_PORT), cpuSeconds(pid)];
  await pause(Number(options.minutes) * 60);
  const [after, cpuAfter] = [await pageOf(METRICS_PORT), cpuSeconds(pid)];
  const sent = (await (await fetch(`${restUrl}/simulator/sent`)).json()) as Sent;
  report(before, after, cpuAfter - cpuBefore, sent, pid);
}

function report(before: Page, after: Page, cpu: number, sent: Sent, pid: number): void {
  const more = (name: string, labels = {}) => sum(after, name, labels) - sum(before, name, labels);
  const seconds = Number(options.minutes) * 60;
  const klineFrames = Object.entries(sent.framesByStream).reduce(
    (total, [stream, count]) => total + (stream.includes('@kline_') ? count : 0),
    0,
  );
  const rows: [string, string | number][] = [
    [
      'symbols × intervals',
      `${sum(after, 'market_symbols', { state: 'delivering' })} × ${new Set(after.get('kline_buffer_size')?.map(({ labels }) => labels.interval)).size}`,
    ],
    ['connections', sum(after, 'binance_ws_connections', { state: 'open' })],
    ['traders', sum(after, 'registry_size')],
    [
      'kline frames received / sent since the start',
      `${sum(after, 'binance_ws_messages_total', { type: 'kline' })} / ${klineFrames}`,
    ],
    ['kline frames per second', (more('binance_ws_messages_total', { type: 'kline' }) / seconds).toFixed(0)],
    ['candles found missing', sum(after, 'kline_missing_data_total')],
    ['parse errors', sum(after, 'kline_parse_errors_total')],
    ['reconnects', sum(after, 'binance_ws_reconnects_total')],
    ['executions', more('trader_executions_total')],
    ['execution errors', more('trader_execution_errors_total')],
    ['symbols skipped as stale', more('trader_symbols_skipped_total', { reason: 'stale_data' })],
    ['symbols evaluated', more('trader_symbols_evaluated_total')],
    ['cycle overruns', sum(after, 'screening_overruns_total')],
    ['execution time p95, s', histogramQuantile(0.95, before, after, 'trader_execution_duration_seconds')],
    ['data age at decision p95, s', histogramQuantile(0.95, before, after, 'trader_data_age_seconds')],
    [
      'detected after close p95, s',
      histogramQuantile(0.95, before, after, 'signal_latency_seconds', { stage: 'detected' }),
    ],
    ['event loop delay p99, s', sum(after, 'nodejs_eventloop_delay_p99')],
    ['CPU, cores', (cpu / seconds).toFixed(2)],
    ['RSS, MB', residentMb(pid)],
    [
      'series / page, kB',
      `${sum(after, 'metrics_series')} / ${(sum(after, 'metrics_page_bytes') / 1000).toFixed(0)}`,
    ],
  ];
  for (const [name, value] of rows) process.stdout.write(`${name.padEnd(46)}${value}\n`);
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function residentMb(pid: number): number {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024);
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition().catch(() => false))) await pause(1);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
