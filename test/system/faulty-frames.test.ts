/** What an exchange sends at its worst: each frame is counted for what it is, named in the log, and costs nobody else. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { arithmeticProblems } from '../support/page-contract';
import { runningMachine } from '../support/running-machine';
import { sample, total } from '../support/trader-machine';

const folder = mkdtempSync(join(tmpdir(), 'trader-frames-'));
const running = runningMachine(['--symbols', '10', '--seed', '11'], { SYMBOL_COUNT: '8' });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function fault(name: string, value = ''): Promise<void> {
  const response = await fetch(`${running.exchange.restUrl}/simulator/faults`, {
    method: 'POST',
    body: JSON.stringify({ name, value }),
  });
  expect(response.status).toBe(200);
}

/** Sends one frame, as it is, over every connection. */
async function play(event: { s: string; k: { i: string } }): Promise<void> {
  const stream = `${event.s.toLowerCase()}@kline_${event.k.i}`;
  const path = join(folder, 'recording.txt');
  writeFileSync(path, `wss://recorded <-> 1.0\n1.5: ${JSON.stringify({ stream, data: event })}\n`);
  const body = JSON.stringify({ path, toEveryConnection: true });
  const response = await fetch(`${running.exchange.restUrl}/simulator/recordings`, { method: 'POST', body });
  expect(await response.json()).toEqual({ frames: 1 });
}

const parseErrors = async () => total(await running.trader.page(), 'kline_parse_errors_total');
const updates = async () => total(await running.trader.page(), 'kline_updates_total');

async function goesOn(): Promise<void> {
  const before = await updates();
  const page = await running.trader.pageWith(
    (now) => total(now, 'kline_updates_total') > before,
    'further updates',
  );
  expect(sample(page, 'binance_ws_connected', { status: 'connected' })).toBe(1);
  expect(arithmeticProblems(page)).toEqual([]);
}

describe('frames that', () => {
  it.each([
    ['are cut off', 'truncate', '3', /malformed|truncated|JSON/i],
    ['carry microseconds', 'microseconds', 'on', /microseconds/],
  ])('%s are counted as parse errors and logged', async (_, name, value, words) => {
    const before = await parseErrors();
    await fault(name, value);
    await running.trader.pageWith(
      (page) => total(page, 'kline_parse_errors_total') > before,
      'a parse error',
    );
    if (value === 'on') await fault(name, 'off');
    await running.trader.logged(words);
    await goesOn();
  });

  const openMs = Math.floor(Date.now() / 60_000) * 60_000;
  const kline = (k: object, event: object = {}) => ({
    e: 'kline',
    E: openMs + 1000,
    s: 'BTCUSDT',
    ...event,
    k: {
      ...{ t: openMs, T: openMs + 59_999, s: 'BTCUSDT', i: '1m', f: 1, L: 2, n: 2, x: false, B: '0' },
      ...{ o: '100', c: '100', h: '100', l: '100', v: '1', q: '100', V: '1', Q: '100' },
      ...k,
    },
  });

  it.each([
    [
      'come from the future',
      kline({ t: openMs + 3_600_000, T: openMs + 3_659_999 }, { E: openMs + 3_600_500 }),
    ],
    ['hold a price that is no number', kline({ c: 'abc' })],
    ['hold a high below the low', kline({ h: '90', l: '110' })],
    ['open off the interval’s grid', kline({ t: openMs + 7, T: openMs + 60_006 })],
    ['miss their volume', kline({ v: undefined })],
  ])('%s are refused and counted for their symbol', async (_, event) => {
    const errors = (page: Parameters<typeof total>[0]) =>
      total(page, 'kline_parse_errors_total', { symbol: 'BTCUSDT' });
    const before = errors(await running.trader.page());
    await play(event);
    await running.trader.pageWith((page) => errors(page) > before, 'a parse error of BTCUSDT');
    expect(
      running.trader.log.some(({ msg, symbol }) => msg.includes('BTCUSDT') || symbol === 'BTCUSDT'),
    ).toBe(true);
    await goesOn();
  });

  it('name a symbol in another script are no error', async () => {
    const errors = await parseErrors();
    await play(kline({ s: '币安人生USDT' }, { s: '币安人生USDT' }));
    await goesOn();
    expect(await parseErrors()).toBe(errors);
  });

  it('are of a type nobody knows are counted as unknown, and are no error', async () => {
    const [errors, unknown] = [
      await parseErrors(),
      total(await running.trader.page(), 'binance_ws_messages_total', { type: 'unknown' }),
    ];
    await fault('unknown-event', 'mysteryEvent');
    await running.trader.pageWith(
      (page) => total(page, 'binance_ws_messages_total', { type: 'unknown' }) > unknown,
      'an unknown frame',
    );
    expect(await parseErrors()).toBe(errors);
    await goesOn();
  });

  it('carry fields that nobody asked for are understood', async () => {
    const errors = await parseErrors();
    await fault('extra-fields', 'on');
    await goesOn();
    await fault('extra-fields', 'off');
    expect(await parseErrors()).toBe(errors);
  });
});

it('a connection that the exchange closes comes back, and the candles it missed are fetched', async () => {
  const before = sample(await running.trader.page(), 'binance_ws_reconnects_total') ?? 0;
  await fault('close', '1006');
  const page = await running.trader.pageWith(
    (now) =>
      (sample(now, 'binance_ws_reconnects_total') ?? 0) > before &&
      sample(now, 'binance_ws_connected', { status: 'connected' }) === 1,
    'the connection back',
  );
  expect(total(page, 'kline_buffer_size')).toBeGreaterThan(0);
  await goesOn();
});
