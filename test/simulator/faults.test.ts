import { afterEach, describe, expect, it } from '@jest/globals';
import { SimulatedExchange } from '../../simulator/exchange';
import { applyFault, FAULT_NAMES } from '../../simulator/faults/fault-commands';
import { StreamClient } from '../support/stream-client';

const MINUTE = 60_000;

let exchange: SimulatedExchange;
const clients: StreamClient[] = [];

/** On a clock that the test moves, from the middle of a minute. */
async function start(manual = true): Promise<void> {
  const clock = manual ? { manual, offsetMs: Date.UTC(2026, 5, 3, 10, 20, 30) - Date.now() } : {};
  exchange = await SimulatedExchange.start({
    symbols: 12,
    clock,
    limits: { messagesPerSecond: 1_000_000, pingIntervalMs: 100 },
  });
}

async function client(path: string): Promise<StreamClient> {
  const opened = await StreamClient.open(exchange.wsUrl + path);
  clients.push(opened);
  return opened;
}

async function advance(feed: StreamClient, minutes: number): Promise<void> {
  exchange.clock.advance(minutes * MINUTE);
  await feed.settle();
}

async function rest<Answer>(path: string): Promise<Answer> {
  return (await (await fetch(`${exchange.restUrl}/api/v3/${path}`)).json()) as Answer;
}

async function openTimes(symbol: string): Promise<number[]> {
  const rows = await rest<[number][]>(`klines?symbol=${symbol}&interval=1m&limit=20`);
  return rows.map(([openTime]) => openTime);
}

async function status(symbol: string): Promise<string | undefined> {
  const info = await rest<{ symbols: { symbol: string; status: string }[] }>(
    'exchangeInfo?showPermissionSets=false',
  );
  return info.symbols.find((each) => each.symbol === symbol)?.status;
}

function closes(feed: StreamClient, symbol = 'BTCUSDT'): number[] {
  return feed
    .klines()
    .filter(({ s, k }) => s === symbol && k.x)
    .map(({ k }) => k.t);
}

afterEach(async () => {
  for (const opened of clients.splice(0)) opened.close();
  await exchange.stop();
});

describe('connection faults', () => {
  it('close with a code, reset, or announce a shutdown first', async () => {
    await start();
    const clean = await client('/ws');
    exchange.faults.closeConnections(1001, 'bye');
    expect(await clean.until(() => clean.closed)).toEqual({ code: 1001, reason: 'bye' });
    const reset = await client('/ws');
    exchange.faults.closeConnections();
    expect(await reset.until(() => reset.closed)).toMatchObject({ code: 1006 });
    const [raw, combined] = [await client('/ws'), await client('/stream')];
    exchange.faults.serverShutdown(20);
    await Promise.all([raw.until(() => raw.closed), combined.until(() => combined.closed)]);
    expect(raw.frames[0]).toMatch(/^\{"e":"serverShutdown","E":\d{13}\}$/);
    expect(combined.frames[0]).toMatch(
      /^\{"stream":"!serverShutdown","data":\{"e":"serverShutdown","E":\d{13}\}\}$/,
    );
  });

  it('forget a connection without closing it', async () => {
    await start();
    const [forgotten, other] = [await client('/ws/btcusdt@kline_1m'), await client('/ws/btcusdt@kline_1m')];
    expect(exchange.faults.dropWithoutFin(1)).toBe(1);
    const frames = forgotten.frames.length;
    await advance(other, 2);
    await other.until(() => other.pings.length >= 3);
    expect(closes(other)).toHaveLength(2);
    expect([forgotten.frames.length, forgotten.closed]).toEqual([frames, undefined]);
  });

  it('stop the data of one connection while its pings go on', async () => {
    await start();
    const [muted, other] = [await client('/ws/btcusdt@kline_1m'), await client('/ws/btcusdt@kline_1m')];
    exchange.faults.mute();
    await advance(other, 2);
    await muted.until(() => muted.pings.length >= 2);
    expect([closes(muted).length, closes(other).length]).toEqual([0, 2]);
  });

  it('stop pings', async () => {
    await start();
    exchange.faults.stopPings();
    const [feed, probe] = [await client('/ws'), await client('/ws')];
    await new Promise((resolve) => setTimeout(resolve, 400));
    await probe.settle();
    expect(feed.pings).toEqual([]);
  });
});

describe('event faults', () => {
  it('repeat the newest event, once or for good', async () => {
    await start();
    const feed = await client('/ws/btcusdt@kline_1m');
    await advance(feed, 1);
    const last = feed.frames.at(-1);
    exchange.faults.repeatLast('btcusdt@kline_1m');
    await feed.settle();
    expect(feed.frames.slice(-2)).toEqual([last, last]);
    const count = feed.frames.length;
    exchange.faults.freeze();
    await advance(feed, 1);
    expect(feed.frames.length).toBeGreaterThan(count + 3);
    expect(new Set(feed.frames.slice(count))).toEqual(new Set([last]));
  });

  it('drop, double and delay the close of a stream, and leave others alone', async () => {
    await start();
    const feed = await client('/ws/btcusdt@kline_1m/ethusdt@kline_1m/solusdt@kline_1m/xrpusdt@kline_1m');
    exchange.faults.dropCloses('btcusdt@kline_1m');
    exchange.faults.duplicateCloses('ethusdt@kline_1m');
    exchange.faults.delayCloses(150, 'solusdt@kline_1m');
    await advance(feed, 1);
    const counts = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT'].map((symbol) => closes(feed, symbol).length);
    expect(counts).toEqual([0, 2, 0, 1]);
    await feed.until(() => closes(feed, 'SOLUSDT').length === 1);
  });

  it('date an event, or its candle, back', async () => {
    await start();
    const feed = await client('/ws/btcusdt@kline_1m');
    exchange.faults.olderEvent(9000);
    await advance(feed, 0.2);
    const [first, second] = feed.klines();
    expect(second!.E - first!.E).toBeGreaterThan(9000);
    exchange.faults.olderCandle(2, 'btcusdt@kline_1m');
    const count = feed.frames.length;
    await advance(feed, 0.2);
    expect(feed.klines()[count]!.k.t).toBe(first!.k.t - 2 * MINUTE);
  });

  it('cut an event off, name an unknown type, add fields', async () => {
    await start();
    const feed = await client('/stream?streams=btcusdt@kline_1m');
    exchange.faults.extraFields();
    await advance(feed, 0.2);
    expect(JSON.parse(feed.frames[0]!).data).toMatchObject({ e: 'kline', zz: {} });
    exchange.faults.truncate(1);
    const count = feed.frames.length;
    await advance(feed, 0.2);
    expect(() => JSON.parse(feed.frames[count]!)).toThrow(SyntaxError);
    expect(() => JSON.parse(feed.frames[count + 1]!)).not.toThrow();
    exchange.faults.unknownEvent('novelty');
    await feed.settle();
    expect(JSON.parse(feed.frames.at(-1)!).data.e).toBe('novelty');
  });

  it('silence a stream that was acknowledged', async () => {
    await start();
    exchange.faults.silence('btcusdt@kline_1m');
    const feed = await client('/ws/btcusdt@kline_1m/ethusdt@kline_1m');
    await advance(feed, 1);
    expect([closes(feed).length, closes(feed, 'ETHUSDT').length]).toEqual([0, 1]);
  });

  it('count event times in microseconds', async () => {
    await start();
    exchange.faults.microseconds();
    const feed = await client('/ws/btcusdt@kline_1m');
    await advance(feed, 0.2);
    expect(String(feed.klines()[0]!.k.T)).toMatch(/^\d{10}999999|\d{13}999$/);
  });
});

describe('candle faults', () => {
  it('skip candles of every symbol, in REST too, or of one in its stream alone', async () => {
    await start();
    const feed = await client('/ws/btcusdt@kline_1m/ethusdt@kline_1m');
    const from = exchange.faults.skipCandles(2);
    await advance(feed, 4);
    expect(closes(feed)).toEqual([from - MINUTE, from + 2 * MINUTE]);
    expect(closes(feed, 'ETHUSDT')).toEqual(closes(feed));
    expect(await openTimes('BTCUSDT')).not.toContain(from);
    const again = exchange.faults.skipCandles(1, { symbol: 'BTCUSDT', inRest: true });
    await advance(feed, 3);
    expect(closes(feed)).not.toContain(again);
    expect(closes(feed, 'ETHUSDT')).toContain(again);
    expect(await openTimes('BTCUSDT')).toContain(again);
  });

  it('multiply the trades', async () => {
    await start();
    const feed = await client('/ws/linkusdt@kline_1m');
    await advance(feed, 10);
    exchange.faults.burst(10);
    await advance(feed, 12);
    const trades = feed
      .klines()
      .filter(({ k }) => k.x)
      .map(({ k }) => k.n);
    const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);
    expect(sum(trades.slice(12))).toBeGreaterThan(4 * sum(trades.slice(0, 10)));
  });
});

describe('symbol faults', () => {
  it('halt and relist, with a hole between', async () => {
    await start();
    const feed = await client('/ws/btcusdt@kline_1m');
    await advance(feed, 1);
    exchange.faults.halt('BTCUSDT');
    await advance(feed, 3);
    expect(await status('BTCUSDT')).toBe('HALT');
    exchange.faults.relist('BTCUSDT');
    await advance(feed, 3);
    expect(await status('BTCUSDT')).toBe('TRADING');
    const times = closes(feed);
    expect(times.slice(1).some((time, index) => time - times[index]! > MINUTE)).toBe(true);
  });

  it('delist: the stream falls silent, REST still knows what was, until it is removed', async () => {
    await start();
    const feed = await client('/ws/btcusdt@kline_1m');
    exchange.faults.delist('BTCUSDT');
    await advance(feed, 3);
    expect(closes(feed).length).toBeLessThanOrEqual(1);
    expect([await status('BTCUSDT'), (await openTimes('BTCUSDT')).length]).toEqual(['BREAK', 20]);
    exchange.faults.delist('BTCUSDT', true);
    expect(await status('BTCUSDT')).toBeUndefined();
  });

  it('list and rename: a new symbol has no past', async () => {
    await start();
    const name = exchange.faults.list('新币', 4);
    expect([name, await status(name)]).toEqual(['新币USDT', 'TRADING']);
    const renamed = exchange.faults.rename('BTCUSDT', 'XBT');
    const feed = await client(`/ws/${encodeURIComponent('新币usdt@kline_1m')}/xbtusdt@kline_1m`);
    await advance(feed, 3);
    expect([closes(feed, name).length, closes(feed, renamed).length]).toEqual([3, 3]);
    const rows = await rest<unknown[]>(`klines?symbol=${encodeURIComponent(name)}&interval=1m`);
    expect(rows).toHaveLength(4);
    expect([await status('BTCUSDT'), await status(renamed)]).toEqual([undefined, 'TRADING']);
  });

  it('refuse a symbol that is not listed by its name', async () => {
    await start();
    expect(() => exchange.faults.halt('NOSUCH')).toThrow('NOSUCH');
  });
});

describe('the clock', () => {
  it.each([8000, -8000])('stepped by %i ms takes event times and server time with it', async (byMs) => {
    await start(false);
    exchange.faults.shiftClock(byMs);
    const { serverTime } = await rest<{ serverTime: number }>('time');
    expect(Math.abs(serverTime - Date.now() - byMs)).toBeLessThan(2000);
    const feed = await client('/ws/btcusdt@ticker');
    const event = JSON.parse(await feed.until(() => feed.frames[0]));
    expect(Math.abs(event.E - Date.now() - byMs)).toBeLessThan(3000);
  });
});

describe('switches by name', () => {
  it('can all be set, over HTTP too', async () => {
    await start();
    const values: Record<string, string> = {
      'delay-closes': '10',
      'spread-closes': '10',
      'older-event': '10',
      'skip-candles': '1,BTCUSDT,rest',
      'zero-trades': 'BTCUSDT',
      halt: 'BTCUSDT',
      delist: 'BTCUSDT',
      relist: 'BTCUSDT',
      list: 'NEW,3',
      rename: 'ETHUSDT,ETC2',
      status: 'SOLUSDT,CANCEL_ONLY',
      rest: '429,1,1',
      'shift-clock': '100',
      burst: '2',
    };
    for (const name of Object.keys(FAULT_NAMES)) {
      const body = JSON.stringify({ name, value: values[name] ?? '' });
      const response = await fetch(`${exchange.restUrl}/simulator/faults`, { method: 'POST', body });
      expect([name, response.status]).toEqual([name, 200]);
    }
    expect(await status('SOLUSDT')).toBe('CANCEL_ONLY');
  });

  it('are refused with their name when there is none such, or the value is wrong', async () => {
    await start();
    expect(() => applyFault(exchange.faults, 'nonsense', '')).toThrow(
      /no fault is named "nonsense"; there are: close/,
    );
    expect(() => applyFault(exchange.faults, 'burst', 'many')).toThrow(
      /fault burst=many: "many" is no whole number/,
    );
    const body = JSON.stringify({ name: 'rest', value: '200' });
    const response = await fetch(`${exchange.restUrl}/simulator/faults`, { method: 'POST', body });
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('no REST fault')]);
  });
});
