/**
 * The whole machine against real Postgres and the simulated exchange: every metric of the contract on the page,
 * and the arithmetic that must hold at any scrape.
 */
import { describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { arithmeticProblems, contractProblems } from '../support/page-contract';
import { runningMachine } from '../support/running-machine';
import { sample, total } from '../support/trader-machine';

const running = runningMachine(['--symbols', '60', '--seed', '7'], { SYMBOL_COUNT: '40' });

describe('a running trader machine', () => {
  it('shows every metric of the contract, each with its exact type, labels and HELP, and nothing else', async () => {
    const page = await running.trader.pageWith(
      (now) => total(now, 'signals_analyzed_total') > 0,
      'an analysed signal',
    );
    const happened = new Set(['signals_generated_total', 'binance_rest_requests_total']);
    expect(contractProblems(page, happened)).toEqual([]);
  });

  it('keeps its arithmetic on every page', async () => {
    for (let scrape = 0; scrape < 20; scrape++)
      expect(arithmeticProblems(await running.trader.page())).toEqual([]);
  });

  it('logs one line per trader and cycle in the words operators grep for', async () => {
    await running.trader.logged(
      /^\[Worker\] Trader "RSI Oversold": \d+ symbols matching \(\d+ new signals, \d+ continuing\)$/,
    );
    await running.trader.logged(/Triple-Indicator/);
  });

  it('counts every close of the market: wanted, subscribed and delivering symbols agree', async () => {
    const page = await running.trader.pageWith(
      (now) => sample(now, 'market_symbols', { state: 'delivering' }) === 40,
      'all symbols delivering',
      90_000,
    );
    expect(sample(page, 'market_symbols', { state: 'wanted' })).toBe(40);
    expect(sample(page, 'market_symbols', { state: 'subscribed' })).toBe(40);
    expect(sample(page, 'binance_ws_connected', { status: 'connected' })).toBe(1);
    expect(total(page, 'kline_parse_errors_total')).toBe(0);
  });

  it('has in the database exactly the signals that the page calls persisted', async () => {
    const page = await running.trader.pageWith(
      (now) => total(now, 'sync_queue_depth', { queue_type: 'signals' }) === 0,
      'an empty queue',
    );
    const client = new Client({ connectionString: running.postgres.url });
    await client.connect();
    const { rows } = await client.query<{ count: string }>('select count(*) from signals');
    await client.end();
    expect(Number(rows[0]?.count)).toBe(total(page, 'signals_persisted_total'));
  });

  it('answers /health with every component', async () => {
    const response = await fetch(await running.trader.healthUrl());
    expect(response.status).toBe(200);
    const { components } = (await response.json()) as { components: Record<string, unknown> };
    expect(Object.keys(components).sort()).toEqual([
      'analysis',
      'database',
      'exchange',
      'traders',
      'workers',
      'writer',
    ]);
  });

  it('stops within two seconds of a SIGTERM, exit code 0', async () => {
    const beganMs = performance.now();
    expect(await running.trader.stop('SIGTERM')).toBe(0);
    const tookMs = performance.now() - beganMs;
    process.stdout.write(`stopped in ${Math.round(tookMs)} ms\n`);
    expect(tookMs).toBeLessThan(4000);
  });
});
