/** An exchange that cannot be reached: the machine says so everywhere, goes on trying, and still stops when told to. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startPostgres, type TestPostgres } from '../support/postgres';
import { sample, TraderMachine, total } from '../support/trader-machine';

let postgres: TestPostgres;
let machine: TraderMachine;

beforeAll(async () => {
  postgres = await startPostgres();
  const nowhere = { BINANCE_WS_URL: 'ws://127.0.0.1:1', BINANCE_REST_URL: 'http://127.0.0.1:1' };
  machine = TraderMachine.start({ ...nowhere, DATABASE_URL: postgres.url });
});

afterAll(async () => {
  await machine?.stop('SIGKILL');
  await postgres?.stop();
});

it('says in log, page and health that the universe cannot be had', async () => {
  await machine.logged(/^The universe could not be had: .*retrying in/);
  const page = await machine.page();
  expect(sample(page, 'market_symbols', { state: 'wanted' })).toBe(100);
  expect(sample(page, 'market_symbols', { state: 'subscribed' })).toBe(0);
  expect(sample(page, 'binance_ws_connected', { status: 'connected' })).toBe(0);
  expect(total(page, 'binance_rest_requests_total', { status: 'network' })).toBeGreaterThan(0);
  const health = await fetch(await machine.healthUrl());
  expect(health.status).toBe(503);
  expect(await health.json()).toMatchObject({
    components: { exchange: { status: 'failed' }, database: { status: 'ok' } },
  });
});

it('stops as it should although it never came to screen', async () => {
  expect(await machine.stop('SIGTERM')).toBe(0);
  expect(machine.stderr.filter((line) => /did not start/.test(line))).toEqual([]);
});

it.each([400, 404, 451])('goes on trying when the exchange refuses it with %d', async (status) => {
  let requests = 0;
  const refusing = createServer((_, response) => {
    requests++;
    response.writeHead(status).end('{"code":0,"msg":"Service unavailable from a restricted location"}');
  });
  await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(refusing.address() as AddressInfo).port}`;
  const refused = TraderMachine.start({
    BINANCE_REST_URL: url,
    BINANCE_WS_URL: 'ws://127.0.0.1:1',
    DATABASE_URL: postgres.url,
  });
  try {
    await refused.logged(new RegExp(`The universe could not be had: .* answered ${status}.*retrying in`));
    await refused.pageWith(
      (page) => total(page, 'binance_rest_requests_total', { status: String(status) }) > 0,
      'the refusal',
    );
    const { components } = (await (await fetch(await refused.healthUrl())).json()) as {
      components: Record<string, { detail: string }>;
    };
    expect(components.exchange?.detail).toContain(String(status));
    expect(requests).toBeGreaterThan(0);
  } finally {
    expect(await refused.stop('SIGTERM')).toBe(0);
    refusing.close();
  }
});
