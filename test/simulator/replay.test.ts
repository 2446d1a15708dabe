import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SimulatedExchange } from '../../simulator/exchange';
import type { ExchangeOptions, ReplayOptions } from '../../simulator/exchange-options';
import { readCandles } from '../../simulator/replay/recorded-candles';
import { eventTimeOf, readSocketRecording, retimed } from '../../simulator/replay/socket-recording';
import { StreamClient } from '../support/stream-client';

const DIRECTORY = join(__dirname, '../../../shared/market-data');
const OUTAGE_SET = 'spot-1h-allUSDT-outage';
const MINUTE = 60_000;
/** The recordings are not part of the project; where they are absent there is nothing to hold against. */
const recorded = existsSync(DIRECTORY);
const whereRecorded = recorded ? describe : describe.skip;

let exchange: SimulatedExchange | undefined;
const clients: StreamClient[] = [];

async function start(
  replay: Omit<ReplayOptions, 'path'>,
  options: ExchangeOptions = {},
): Promise<SimulatedExchange> {
  exchange = await SimulatedExchange.start({
    replay: { path: DIRECTORY, ...replay },
    clock: { manual: true },
    limits: { messagesPerSecond: 1_000_000 },
    ...options,
  });
  return exchange;
}

async function listen(symbols: readonly string[], interval = '1m'): Promise<StreamClient> {
  const client = await StreamClient.open(`${exchange!.wsUrl}/ws`);
  clients.push(client);
  for (let from = 0; from < symbols.length; from += 100) {
    const params = symbols
      .slice(from, from + 100)
      .map((symbol) => `${symbol.toLowerCase()}@kline_${interval}`);
    await client.ask({ method: 'SUBSCRIBE', params, id: from + 1 });
  }
  return client;
}

async function rows(symbol: string, interval = '1m'): Promise<(string | number)[][]> {
  const response = await fetch(
    `${exchange!.restUrl}/api/v3/klines?symbol=${symbol}&interval=${interval}&limit=1000`,
  );
  return (await response.json()) as (string | number)[][];
}

async function listings(): Promise<{ symbol: string; status: string }[]> {
  const response = await fetch(`${exchange!.restUrl}/api/v3/exchangeInfo?showPermissionSets=false`);
  return ((await response.json()) as { symbols: { symbol: string; status: string }[] }).symbols;
}

/** How many candles are missing between the open times of one symbol. */
function holes(openTimes: readonly number[], stepMs = MINUTE): number {
  let missing = 0;
  for (let index = 1; index < openTimes.length; index++) {
    missing += (openTimes[index]! - openTimes[index - 1]!) / stepMs - 1;
  }
  return missing;
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await exchange?.stop();
  exchange = undefined;
});

it('refuses a directory without recordings by name', async () => {
  await expect(SimulatedExchange.start({ replay: { path: __dirname } })).rejects.toThrow(__dirname);
});

whereRecorded('the outage of 340 symbols', () => {
  const set = () => readCandles(join(DIRECTORY, 'klines/spot-1h-allUSDT-outage-20230323-25.csv.gz'));

  it('is missing one candle for 339 symbols in what is streamed, and none for the other or for listings', async () => {
    const recording = set();
    await start({ set: OUTAGE_SET, history: 12 });
    const early = [...recording.candles].filter(
      ([, candles]) => candles[0]!.openTimeMs === recording.firstOpenMs,
    );
    const listed = ['ARBUSDT', 'LOOMUSDT', 'OAXUSDT'];
    const feed = await listen([...early.map(([symbol]) => symbol)]);
    for (let minute = 0; minute < 62; minute++) {
      exchange!.clock.advance(MINUTE);
      await feed.settle();
    }
    const closes = new Map<string, number[]>();
    for (const { s, k } of feed.klines()) if (k.x) closes.set(s, [...(closes.get(s) ?? []), k.t]);
    expect(closes.size).toBe(337);
    for (const [symbol, times] of closes) {
      expect([symbol, holes(times)]).toEqual([symbol, symbol === 'NBTUSDT' ? 0 : 1]);
      for (const time of times) expect(time % MINUTE).toBe(0);
    }
    for (const symbol of listed) {
      const times = (await rows(symbol)).map(([time]) => time as number);
      expect([symbol, holes(times)]).toEqual([symbol, 1]);
    }
  }, 120_000);

  it('is missing from REST too, and a symbol appears only when it was listed', async () => {
    await start({ set: OUTAGE_SET, history: 14 });
    const names = async () => {
      return (await listings()).map(({ symbol }) => symbol);
    };
    expect(await names()).not.toContain('ARBUSDT');
    exchange!.clock.advance(40 * MINUTE);
    expect(await names()).toContain('ARBUSDT');
    expect(await names()).toHaveLength(340);
    const times = (await rows('BTCUSDT')).map(([time]) => time as number);
    expect(holes(times)).toBe(1);
    expect(holes((await rows('NBTUSDT')).map(([time]) => time as number))).toBe(0);
  }, 120_000);

  it('gives each candle the recorded values, streamed and from REST', async () => {
    const recording = set();
    await start({ set: OUTAGE_SET, history: 20 });
    const feed = await listen(['BTCUSDT', 'PEPEUSDT', 'SHIBUSDT']);
    for (let minute = 0; minute < 53; minute++) {
      exchange!.clock.advance(MINUTE);
      await feed.settle();
    }
    for (const symbol of ['BTCUSDT', 'SHIBUSDT']) {
      const values = recording.candles
        .get(symbol)!
        .map((candle) => [candle.open, candle.high, candle.low, candle.close, candle.volume]);
      const streamed = feed
        .klines()
        .filter(({ s, k }) => s === symbol && k.x)
        .map(({ k }) => [k.o, k.h, k.l, k.c, k.v].map(Number));
      expect(streamed.slice(0, 51)).toEqual(values.slice(-51));
      const answered = (await rows(symbol)).map((row) => row.slice(1, 6).map(Number));
      expect(answered.slice(0, values.length)).toEqual(values);
    }
  }, 120_000);

  it('can be played a candle a second, live', async () => {
    await start({ set: OUTAGE_SET, history: 35, playAs: '1s' }, { clock: {} });
    const feed = await listen(['BTCUSDT', 'NBTUSDT'], '1s');
    const times = await feed.until(() => {
      const found = feed.klines().filter(({ s, k }) => s === 'BTCUSDT' && k.x && k.i === '1s');
      return found.length >= 4 && found.map(({ k }) => k.t);
    }, 30_000);
    expect(holes(times.slice(0, 4), 1000)).toBe(1);
  }, 60_000);
});

whereRecorded('other candle files', () => {
  it.each([
    ['ninjabot-btc', 'BTCUSDT', 4309, 12],
    ['ninjabot-eth', 'ETHUSDT', 4309, 12],
    ['luna', 'LUNAUSDT', undefined, 437],
    ['schema-drift', 'ETHUSDT', 1016, 0],
    ['usdm-1m', 'ALGOUSDT', 1440, 0],
  ])('%s: candles of %s rise strictly and keep their holes', (name, symbol, count, missing) => {
    const file = {
      'ninjabot-btc': 'ninjabot-btc-1h-gaps-dups.csv',
      'ninjabot-eth': 'ninjabot-eth-1h-gaps-dups.csv',
      luna: 'spot-1h-luna-ust-halt-20220501-0605.csv',
      'schema-drift': 'spot-5m-ETHUSDT-schema-drift-202601.csv',
      'usdm-1m': 'usdm-1m-20260207-ALGOUSDT-zero-trade.csv',
    }[name]!;
    const recording = readCandles(join(DIRECTORY, 'klines', file));
    const candles = recording.candles.get(symbol)!;
    if (count !== undefined) expect(candles).toHaveLength(count);
    expect(
      holes(
        candles.map(({ openTimeMs }) => openTimeMs),
        recording.intervalMs,
      ),
    ).toBe(missing);
    for (const { open, high, low, close } of candles) {
      expect(high).toBeGreaterThanOrEqual(Math.max(open, close));
      expect(low).toBeLessThanOrEqual(Math.min(open, close));
    }
  });

  it('a halt, and a delisting, show in the status and in the stream', async () => {
    await start({ set: 'luna', history: 285 });
    const feed = await listen(['BTCUSDT', 'LUNAUSDT', 'USTUSDT']);
    exchange!.clock.advance(6 * MINUTE);
    await feed.settle();
    const statuses = (await listings()).map(({ symbol, status }) => [symbol, status]);
    expect(Object.fromEntries(statuses)).toEqual({ BTCUSDT: 'TRADING', LUNAUSDT: 'BREAK', USTUSDT: 'BREAK' });
    const count = (symbol: string) => feed.klines().filter(({ s, k }) => s === symbol && k.x).length;
    expect(count('BTCUSDT')).toBe(6);
    expect(count('LUNAUSDT')).toBeLessThan(6);
  });

  it('a recorded candle without trades is streamed as one', async () => {
    await start({ set: 'usdm-1m', history: 0 });
    const feed = await listen(['ALGOUSDT']);
    for (let part = 0; part < 48; part++) {
      exchange!.clock.advance(30 * MINUTE);
      await feed.settle();
    }
    const flat = feed.klines().filter(({ k }) => k.x && k.n === 0);
    expect(flat.length).toBeGreaterThanOrEqual(6);
    for (const { k } of flat) expect([k.f, k.L, Number(k.v), k.o === k.c]).toEqual([-1, -1, 0, true]);
  }, 120_000);
});

whereRecorded('recorded sockets', () => {
  it.each([
    ['cryptofeed-binance-spot-20211012.txt', 265, 2],
    ['cryptofeed-binanceus-20211012.txt', 480, 5],
    ['cryptofeed-binance-usdm-minute-close-20210722.txt', 1535, 67],
    ['hftbacktest-btcusdt-trades-spot-20240809.txt.gz', 10_147, 0],
    ['hftbacktest-ethusdt-trades-spot-20240808.txt.gz', 6106, 0],
  ])('%s holds %i frames, %i of them klines', (file, frames, klines) => {
    const found = [...readSocketRecording(join(DIRECTORY, 'ws', file))];
    expect(found).toHaveLength(frames);
    expect(found.filter(({ text }) => JSON.parse(text).data.e === 'kline')).toHaveLength(klines);
  });

  it('are sent byte for byte to those who listen, or to everybody', async () => {
    const path = join(DIRECTORY, 'ws/cryptofeed-binanceus-20211012.txt');
    exchange = await SimulatedExchange.start({ symbols: 2 });
    const one = await StreamClient.open(`${exchange.wsUrl}/stream?streams=omgbusd@kline_1m`);
    clients.push(one);
    const texts = [...readSocketRecording(path)].map(({ text }) => text);
    await exchange.playRecording(path, { speed: Number.POSITIVE_INFINITY });
    await one.settle();
    expect(one.frames).toEqual(texts.filter((text) => text.startsWith('{"stream":"omgbusd@kline_1m"')));
    const all = await StreamClient.open(`${exchange.wsUrl}/stream`);
    clients.push(all);
    await exchange.playRecording(path, { speed: Number.POSITIVE_INFINITY, toEveryConnection: true });
    await all.settle();
    expect(all.frames).toEqual(texts);
  });

  it('are moved by whole minutes when re-timed: times, and nothing else', () => {
    for (const { text } of readSocketRecording(
      join(DIRECTORY, 'ws/cryptofeed-binance-usdm-minute-close-20210722.txt'),
    )) {
      const moved = retimed(text, 7 * MINUTE);
      expect(retimed(moved, -7 * MINUTE)).toBe(text);
      const [before, after] = [JSON.parse(text).data, JSON.parse(moved).data];
      if (eventTimeOf(text) !== undefined) expect(after.E).toBe(before.E + 7 * MINUTE);
      if (before.k)
        expect(after).toEqual({
          ...before,
          E: after.E,
          k: { ...before.k, t: before.k.t + 7 * MINUTE, T: before.k.T + 7 * MINUTE },
        });
    }
  });
});
