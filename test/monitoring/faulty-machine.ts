/** A machine on which everything that a panel can show happens, within half a minute. */

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunningMachine } from '../support/running-machine';
import { total } from '../support/trader-machine';
import { insertTrader } from '../support/trader-rows';

const EVERY_SECOND = { refreshInterval: '1s', requiredTimeframes: ['1s'] };

export const HEALTHY_TRADERS = [
  ['Momentum Break', { code: 'return Math.random() < 0.3', ...EVERY_SECOND }],
  ['RSI Oversold', { code: 'return true', refreshInterval: '1m', requiredTimeframes: ['1m'] }],
  ['Daily Trend', { code: 'return true', refreshInterval: '1d', requiredTimeframes: ['1d'] }],
] as const;

const FAULTY_TRADERS = [
  ['Throws', { code: 'throw new Error("now and then")', ...EVERY_SECOND }],
  ['Forgets to Return', { code: 'const nothing = 1', ...EVERY_SECOND }],
  ['Hangs', { code: 'for (;;) {}', ...EVERY_SECOND }],
  ['Does Not Compile', { code: 'return (', ...EVERY_SECOND }],
] as const;

export const LIMITS = {
  ...{ SYMBOL_COUNT: '10', SCREENING_WORKERS: '2', TRADER_POLL_MS: '300', FEED_SILENCE_MS: '2000' },
  ...{ FILTER_TIMEOUT_MS: '300', STATEMENT_TIMEOUT_MS: '500' },
};
export const EXCHANGE = ['--symbols', '14', '--seed', '7'];

/** What Fly says of a machine without asking it. */
export async function flyPage(): Promise<{ url: string; server: Server }> {
  const metrics: Record<string, number> = {
    ...{ fly_instance_up: 1, fly_instance_exit_code: 143, fly_instance_exit_oom: 0 },
    ...{ fly_instance_memory_mem_total: 1e9, fly_instance_memory_mem_available: 4e8 },
  };
  const page = Object.entries(metrics).map(([name, value]) => `# TYPE ${name} gauge\n${name} ${value}\n`);
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(page.join(''));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`, server };
}

export async function addHealthyTraders({ postgres, trader }: RunningMachine): Promise<void> {
  const client = await postgres.connect();
  for (const [name, filter] of HEALTHY_TRADERS) await insertTrader(client, name, filter);
  await trader.pageWith(
    (page) =>
      total(page, 'signals_persisted_total') > 0 && total(page, 'registry_size') >= HEALTHY_TRADERS.length,
    'a stored signal',
    90_000,
  );
}

async function fault({ exchange }: RunningMachine, name: string, value = ''): Promise<void> {
  const response = await fetch(`${exchange.restUrl}/simulator/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, value }),
  });
  if (!response.ok) throw new Error(`The exchange refused the fault ${name}: ${await response.text()}`);
}

/** Filters that fail in every way, a database that stalls, a socket that closes, frames that are cut off. */
export async function breakEverything(machine: RunningMachine): Promise<void> {
  const client = await machine.postgres.connect();
  for (const [name, filter] of FAULTY_TRADERS) await insertTrader(client, name, filter);
  await fault(machine, 'truncate', '20');
  const release = await machine.postgres.lockTable('signals');
  const happened = (metric: string, labels = {}) =>
    machine.trader.pageWith((page) => total(page, metric, labels) > 0, metric, 60_000);
  await happened('signal_persist_errors_total', { error_type: 'timeout' });
  await release();
  await happened('kline_parse_errors_total');
  await fault(machine, 'close', '1006');
  await happened('binance_ws_reconnects_total');
  await happened('trader_execution_errors_total', { error_type: 'timeout' });
  await happened('trader_symbols_skipped_total', { reason: 'bad_return' });
  await happened('traders_loaded_from_db_total', { status: 'failed' });
  await machine.trader.pageWith((page) => total(page, 'binance_ws_connected') === 1, 'a new connection');
}
