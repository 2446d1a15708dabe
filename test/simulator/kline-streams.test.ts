import { afterEach, describe, expect, it } from '@jest/globals';
import { SimulatedExchange } from '../../simulator/exchange';
import { INTERVALS } from '../../src/market/interval';
import { StreamClient } from '../support/stream-client';

const MINUTE = 60_000;
/** 03:59:58 UTC, so that an hour and a 4-hour boundary are near. */
const START = Date.UTC(2026, 5, 3, 3, 59, 58);
const NO_LIMITS = { messagesPerSecond: 1_000_000 };

let exchange: SimulatedExchange;
const clients: StreamClient[] = [];

async function start(symbols = 20): Promise<void> {
  const clock = { manual: true, offsetMs: START - Date.now() };
  exchange = await SimulatedExchange.start({ symbols, clock, limits: NO_LIMITS });
}

async function client(path: string): Promise<StreamClient> {
  const opened = await StreamClient.open(exchange.wsUrl + path);
  clients.push(opened);
  return opened;
}

afterEach(async () => {
  for (const opened of clients.splice(0)) opened.close();
  await exchange.stop();
});

describe('kline streams', () => {
  it('close every candle that ends at a boundary, all within milliseconds of it', async () => {
    await start();
    const streams = ['1m', '1h', '4h'].flatMap((interval) => [
      `btcusdt@kline_${interval}`,
      `ethusdt@kline_${interval}`,
    ]);
    const feed = await client(`/stream?streams=${streams.join('/')}`);
    exchange.clock.advance(2100);
    const closes = await feed.until(() => {
      const found = feed.klines().filter(({ k }) => k.x);
      return found.length === 6 && found;
    });
    for (const { E, k } of closes) {
      expect(E - (k.T + 1)).toBeGreaterThanOrEqual(0);
      expect(E - (k.T + 1)).toBeLessThan(10);
    }
  });

  it('push an update only when the candle changed, at most once in two seconds', async () => {
    await start();
    const feed = await client('/ws/btcusdt@kline_1m/icpusdt@kline_1m');
    exchange.clock.advance(3 * MINUTE);
    await feed.settle();
    for (const symbol of ['BTCUSDT', 'ICPUSDT']) {
      const updates = feed.klines().filter(({ s, k }) => s === symbol && !k.x);
      expect(updates.length).toBeGreaterThan(5);
      for (let index = 1; index < updates.length; index++) {
        const [before, after] = [updates[index - 1]!, updates[index]!];
        expect(after.E - before.E).toBeGreaterThanOrEqual(2000);
        if (after.k.t === before.k.t) expect(after.k.L).toBeGreaterThan(before.k.L);
      }
    }
  });

  it('never go back in event time, and number trades without a hole', async () => {
    await start();
    const feed = await client('/ws/btcusdt@kline_1m');
    exchange.clock.advance(5 * MINUTE);
    await feed.settle();
    const closes = feed.klines().filter(({ k }) => k.x);
    expect(closes.length).toBe(5);
    const times = feed.klines().map(({ E }) => E);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(closes.slice(1).map(({ k }) => k.f)).toEqual(closes.slice(0, -1).map(({ k }) => k.L + 1));
    for (const { k } of closes) expect(k.L - k.f + 1).toBe(k.n);
  });

  it('push every new candle about 2.67 s after it opened, and close one without trades flat', async () => {
    await start();
    exchange.faults.zeroTrades('ETHUSDT');
    const feed = await client('/ws/btcusdt@kline_1m/ethusdt@kline_1m');
    exchange.clock.advance(2000 + 2 * MINUTE + 100);
    await feed.settle();
    const quiet = feed.klines().filter(({ s, k }) => s === 'ETHUSDT' && k.t >= START + 2000);
    expect(quiet.map(({ E, k }) => [E - k.t, k.x])).toEqual([
      [2670, false],
      [60_004, true],
      [2670, false],
      [60_004, true],
    ]);
    for (const { k } of quiet) {
      expect([k.f, k.L, k.n, k.v]).toEqual([-1, -1, 0, '0.00000000']);
      expect(new Set([k.o, k.h, k.l, k.c]).size).toBe(1);
    }
    const busy = feed.klines().filter(({ s, k }) => s === 'BTCUSDT' && k.t >= START + 2000);
    expect(busy[0]!.E - busy[0]!.k.t).toBe(2670);
  });

  it('exist for all 16 intervals, with times on the grid and eight decimals', async () => {
    await start(2);
    const feed = await client(
      `/stream?streams=${INTERVALS.map((interval) => `btcusdt@kline_${interval}`).join('/')}`,
    );
    exchange.clock.advance(10_000);
    await feed.settle();
    expect(new Set(feed.klines().map(({ k }) => k.i))).toEqual(new Set(INTERVALS));
    for (const { k } of feed.klines()) {
      for (const text of [k.o, k.h, k.l, k.c, k.v, k.q, k.V, k.Q]) expect(text).toMatch(/^\d+\.\d{8}$/);
      expect(Number(k.h)).toBeGreaterThanOrEqual(Math.max(Number(k.o), Number(k.c)));
      expect(Number(k.l)).toBeLessThanOrEqual(Math.min(Number(k.o), Number(k.c)));
    }
    const seconds = feed.klines().filter(({ k }) => k.i === '1s' && k.x);
    expect(seconds.length).toBe(10);
  });

  it('say what REST says of the same candle afterwards, and go on where its history ended', async () => {
    await start(6);
    const intervals = ['1m', '3m', '5m'] as const;
    const feed = await client(`/ws/${intervals.map((interval) => `xrpusdt@kline_${interval}`).join('/')}`);
    exchange.clock.advance(16 * MINUTE);
    await feed.settle();
    for (const interval of intervals) {
      const response = await fetch(
        `${exchange.restUrl}/api/v3/klines?symbol=XRPUSDT&interval=${interval}&limit=40`,
      );
      const rows = (await response.json()) as (string | number)[][];
      expect(rows.slice(1).map((row) => row[1])).toEqual(rows.slice(0, -1).map((row) => row[4]));
      const closes = feed.klines().filter(({ k }) => k.x && k.i === interval);
      expect(closes.length).toBeGreaterThanOrEqual(3);
      for (const { k } of closes) {
        const row = rows.find(([openTime]) => openTime === k.t);
        expect(row).toEqual([k.t, k.o, k.h, k.l, k.c, k.v, k.T, k.q, k.n, k.V, k.Q, '0']);
      }
    }
  });

  it('count what was sent', async () => {
    await start(3);
    const feed = await client('/ws/btcusdt@kline_1m');
    exchange.clock.advance(3 * MINUTE);
    await feed.settle();
    expect(exchange.sent.framesByStream.get('btcusdt@kline_1m')).toBe(feed.klines().length);
    expect(exchange.sent.closesByStream.get('btcusdt@kline_1m')).toBe(3);
    expect(exchange.sent.tradesBySymbol.get('BTCUSDT')).toBeGreaterThan(1000);
  });
});
