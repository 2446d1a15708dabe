import { afterEach, describe, expect, it } from '@jest/globals';
import { SimulatedExchange } from '../../simulator/exchange';
import type { ExchangeOptions } from '../../simulator/exchange-options';
import { durationMsOf, INTERVALS, openTimeAt, shiftOpenTime } from '../../src/market/interval';

type Row = [number, string, string, string, string, string, number, string, number, string, string, string];

let exchange: SimulatedExchange;

async function start(options: ExchangeOptions = {}): Promise<void> {
  exchange = await SimulatedExchange.start({ symbols: 15, ...options });
}

function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${exchange.restUrl}/api/v3/${path}`, { headers });
}

interface Answer {
  readonly symbols: readonly { readonly symbol: string }[];
  readonly serverTime: number;
  readonly msg: string;
}

async function json(response: Promise<Response>): Promise<Answer> {
  return (await (await response).json()) as Answer;
}

async function klines(query: string): Promise<Row[]> {
  return (await (await get(`klines?${query}`)).json()) as Row[];
}

afterEach(() => exchange.stop());

describe('klines', () => {
  it('reach back 1,000 candles in every interval, or to the epoch, without a hole and each opening where the last closed', async () => {
    await start();
    for (const interval of INTERVALS) {
      const rows = await klines(`symbol=ETHUSDT&interval=${interval}&limit=1000`);
      expect(rows.length).toBe(interval === '1M' ? Math.min(1000, rows.length) : 1000);
      expect(rows.slice(1).map(([openTime]) => openTime)).toEqual(
        rows.slice(0, -1).map(([openTime]) => shiftOpenTime(interval, openTime, 1)),
      );
      expect(rows.slice(1).map((row) => row[1])).toEqual(rows.slice(0, -1).map((row) => row[4]));
      const disordered = rows.filter(
        ([, open, high, low, close]) =>
          Number(high) < Math.max(Number(open), Number(close)) ||
          Number(low) > Math.min(Number(open), Number(close)),
      );
      expect(disordered).toEqual([]);
    }
  });

  it('default to 500 rows, take 1,000 at most, and end with the open candle', async () => {
    await start();
    expect(await klines('symbol=BTCUSDT&interval=1h')).toHaveLength(500);
    const rows = await klines('symbol=BTCUSDT&interval=1h&limit=5000');
    expect(rows).toHaveLength(1000);
    expect(rows.at(-1)![6]).toBeGreaterThan(Date.now());
  });

  it('count both ends of a time range, in milliseconds or microseconds', async () => {
    await start();
    const to = openTimeAt('5m', Date.now()) - 3_600_000;
    const from = to - 10 * durationMsOf('5m');
    const rows = await klines(`symbol=BTCUSDT&interval=5m&startTime=${from}&endTime=${to}`);
    expect([rows.length, rows[0]![0], rows.at(-1)![0]]).toEqual([11, from, to]);
    expect(await klines(`symbol=BTCUSDT&interval=5m&startTime=${from}000&endTime=${to}000`)).toEqual(rows);
    expect(await klines(`symbol=BTCUSDT&interval=5m&startTime=${from}&endTime=${to}&limit=4`)).toEqual(
      rows.slice(0, 4),
    );
    expect(await klines(`symbol=BTCUSDT&interval=5m&endTime=${to}&limit=4`)).toEqual(rows.slice(-4));
    expect((await klines(`symbol=BTCUSDT&interval=5m&startTime=${from + 1}&limit=1`))[0]).toEqual(rows[1]);
  });

  it('are the same from two exchanges with the same seed, and others from another', async () => {
    await start({ seed: 7 });
    const to = openTimeAt('1m', Date.now()) - 60_000;
    const query = `symbol=SOLUSDT&interval=1m&endTime=${to}&limit=200`;
    const first = await klines(query);
    await exchange.stop();
    await start({ seed: 7 });
    expect(await klines(query)).toEqual(first);
    await exchange.stop();
    await start({ seed: 8 });
    expect(await klines(query)).not.toEqual(first);
  });

  it.each([
    ['interval=1m', -1102, /'symbol' was not sent/],
    ['symbol=BTCUSDT', -1102, /'interval' was not sent/],
    ['symbol=NOSUCH&interval=1m', -1121, /^Invalid symbol\.$/],
    ['symbol=BTCUSDT&interval=7m', -1120, /^Invalid interval\.$/],
    ['symbol=btcusdt&interval=1m', -1100, /Illegal characters found in parameter 'symbol'/],
    ['symbol=BTCUSDT&interval=1m&limit=ten', -1100, /parameter 'limit'/],
    ['symbol=BTCUSDT&interval=1m&limit=0', -1130, /'limit' is not valid/],
    ['symbol=BTCUSDT&interval=1m&startTime=-5', -1130, /'startTime' is not valid/],
  ])('refuse %s with %i', async (query, code, message) => {
    await start();
    const response = await get(`klines?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ code, msg: expect.stringMatching(message) });
  });
});

describe('exchangeInfo', () => {
  it('lists spot symbols, one of them not ASCII, and leaves permission sets out when asked to', async () => {
    await start();
    const full = await (await get('exchangeInfo')).text();
    const small = await (await get('exchangeInfo?showPermissionSets=false')).text();
    expect(full.length).toBeGreaterThan(2 * small.length);
    const { symbols } = JSON.parse(small);
    expect(symbols).toHaveLength(15);
    expect(symbols[0]).toMatchObject({
      symbol: 'BTCUSDT',
      status: 'TRADING',
      isSpotTradingAllowed: true,
      quoteAsset: 'USDT',
    });
    expect(symbols.map(({ symbol }: { symbol: string }) => symbol)).toContain('币安人生USDT');
  });

  it('chooses by symbol, by list and by status', async () => {
    await start();
    exchange.faults.halt('ETHUSDT');
    const names = async (query: string) =>
      (await json(get(`exchangeInfo?${query}`))).symbols.map(({ symbol }: { symbol: string }) => symbol);
    expect(await names('symbol=BTCUSDT')).toEqual(['BTCUSDT']);
    expect(await names(`symbols=${encodeURIComponent('["BTCUSDT","币安人生USDT"]')}`)).toEqual([
      'BTCUSDT',
      '币安人生USDT',
    ]);
    expect(await names('symbolStatus=HALT')).toEqual(['ETHUSDT']);
    expect((await get('exchangeInfo?symbol=NOSUCH')).status).toBe(400);
  });
});

describe('tickers and time', () => {
  it('rank BTCUSDT first by quote volume, with figures that fit together', async () => {
    await start({ symbols: 60 });
    const tickers = (await (await get('ticker/24hr')).json()) as Record<string, string>[];
    expect(tickers).toHaveLength(60);
    const volumes = tickers.map(({ quoteVolume }) => Number(quoteVolume));
    expect(volumes[0]).toBe(Math.max(...volumes));
    for (const { highPrice, lowPrice, lastPrice, weightedAvgPrice } of tickers) {
      expect(Number(highPrice)).toBeGreaterThanOrEqual(Number(lastPrice));
      expect(Number(lowPrice)).toBeLessThanOrEqual(Number(lastPrice));
      expect(Number(weightedAvgPrice)).toBeGreaterThan(0);
    }
  });

  it("tell the exchange's own time", async () => {
    await start({ clock: { offsetMs: 5000 } });
    const { serverTime } = await json(get('time'));
    expect(Math.abs(serverTime - Date.now() - 5000)).toBeLessThan(2000);
    const inMicroseconds = await json(get('time', { 'X-MBX-TIME-UNIT': 'MICROSECOND' }));
    expect(String(inMicroseconds.serverTime)).toHaveLength(16);
    expect(await (await get('ping')).json()).toEqual({});
  });
});

describe('limits', () => {
  it('count the weight of every request', async () => {
    await start();
    const used = async (path: string) => Number((await get(path)).headers.get('x-mbx-used-weight-1m'));
    const paths = [
      'ping',
      'klines?symbol=BTCUSDT&interval=1m&limit=1',
      'exchangeInfo',
      'ticker/24hr',
      'ticker/24hr?symbol=BTCUSDT',
    ];
    const counts = async () => {
      const seen: number[] = [];
      for (const path of paths) seen.push(await used(path));
      return seen.slice(1).map((count, index) => count - seen[index]!);
    };
    const first = await counts();
    // The count begins again with each minute, and a minute may end between two requests.
    const second = await counts();
    expect([first, second]).toContainEqual([2, 20, 80, 2]);
  });

  it('answer 429 beyond them, then 418 to those who go on, each saying when to come back', async () => {
    await start({ restWeightPerMinute: 40, refusalsBeforeBan: 2, banMs: 60_000 });
    for (let request = 0; request < 4; request++) await get('ticker/24hr?symbol=BTCUSDT');
    const statuses: number[] = [];
    while (statuses.at(-1) !== 418 && statuses.length < 12) {
      const response = await get('exchangeInfo');
      statuses.push(response.status);
      if (response.status !== 200) {
        expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
        expect(await response.json()).toMatchObject({ code: -1003 });
      }
    }
    expect(statuses.slice(-3)).toEqual([429, 429, 418]);
  });
});

describe('faults', () => {
  it('answer what they were told to, as often as they were told to', async () => {
    await start();
    exchange.faults.rest(429, { times: 1, retryAfterSeconds: 3 });
    const limited = await get('ping');
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '3']);
    expect((await get('ping')).status).toBe(200);
    exchange.faults.rest(418, { times: 1 });
    expect((await json(get('ping'))).msg).toMatch(/IP banned until \d{13}/);
    exchange.faults.rest(403, { times: 1 });
    const refused = await get('ping');
    expect([refused.status, refused.headers.get('content-type')]).toEqual([403, 'text/html']);
    exchange.faults.rest(503);
    expect((await get('ping')).status).toBe(503);
    expect((await get('ping')).status).toBe(503);
    exchange.faults.restHealthy();
    expect((await get('ping')).status).toBe(200);
  });

  it('hang as long as they were told to', async () => {
    await start();
    exchange.faults.rest('hang', { times: 1, hangMs: 300 });
    const startMs = performance.now();
    expect((await get('ping')).status).toBe(200);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(290);
  });
});
