import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SimulatedExchange } from '../../simulator/exchange';
import type { ExchangeOptions } from '../../simulator/exchange-options';
import { StreamClient } from '../support/stream-client';

let exchange: SimulatedExchange;
const clients: StreamClient[] = [];

async function start(options: ExchangeOptions = {}): Promise<void> {
  exchange = await SimulatedExchange.start({
    symbols: 12,
    tickerPeriodMs: 50,
    timing: { pushPeriodMs: 100 },
    ...options,
  });
}

async function client(path: string, autoPong = true): Promise<StreamClient> {
  const opened = await StreamClient.open(exchange.wsUrl + path, autoPong);
  clients.push(opened);
  return opened;
}

afterEach(async () => {
  for (const opened of clients.splice(0)) opened.close();
  await exchange.stop();
});

describe('addresses', () => {
  it('give bare events under /ws and wrapped ones under /stream', async () => {
    await start();
    const [raw, combined] = [
      await client('/ws/btcusdt@kline_1m'),
      await client('/stream?streams=btcusdt@kline_1m'),
    ];
    expect(await raw.until(() => raw.frames[0])).toMatch(
      /^\{"e":"kline","E":\d{13},"s":"BTCUSDT","k":\{"t":/,
    );
    expect(await combined.until(() => combined.frames[0])).toMatch(
      /^\{"stream":"btcusdt@kline_1m","data":\{"e":"kline"/,
    );
  });

  it('refuse a wrong path with 404', async () => {
    await start();
    for (const path of ['/stream/nonsense', '/stream/ws/btcusdt@kline_1m', '/']) {
      expect(await StreamClient.refusal(exchange.wsUrl + path)).toEqual({
        status: 404,
        body: 'Invalid request path',
      });
    }
  });

  it('take percent-encoded Unicode names', async () => {
    await start();
    const feed = await client(`/stream?streams=${encodeURIComponent('币安人生usdt@kline_1m')}`);
    expect(await feed.ask({ method: 'LIST_SUBSCRIPTIONS', id: 1 })).toEqual({
      result: ['币安人生usdt@kline_1m'],
      id: 1,
    });
    exchange.faults.burst(10);
    expect(await feed.until(() => feed.klines()[0], 60_000)).toMatchObject({ s: '币安人生USDT' });
  }, 90_000);

  it('count times in microseconds when asked to', async () => {
    await start();
    const feed = await client('/stream?streams=btcusdt@kline_1m&timeUnit=MICROSECOND');
    const { E, k } = await feed.until(() => feed.klines()[0]);
    expect(String(E)).toHaveLength(16);
    expect(String(k.t)).toMatch(/^\d{10}000000$/);
    expect(String(k.T)).toMatch(/999999$/);
  });
});

describe('control messages', () => {
  it('subscribe, list and unsubscribe', async () => {
    await start();
    const feed = await client('/ws');
    const streams = ['btcusdt@kline_1m', 'ethusdt@ticker'];
    expect(await feed.ask({ method: 'SUBSCRIBE', params: streams, id: 1 })).toEqual({ result: null, id: 1 });
    expect(await feed.ask({ method: 'LIST_SUBSCRIPTIONS', id: 3 })).toEqual({ result: streams, id: 3 });
    await feed.until(() => feed.frames.find((frame) => frame.startsWith('{"e":"24hrTicker"')));
    expect(await feed.ask({ method: 'UNSUBSCRIBE', params: streams, id: 4 })).toEqual({
      result: null,
      id: 4,
    });
    expect(await feed.ask({ method: 'LIST_SUBSCRIPTIONS', id: 5 })).toEqual({ result: [], id: 5 });
  });

  it('switch the wrapping', async () => {
    await start();
    const feed = await client('/ws');
    expect(await feed.ask({ method: 'GET_PROPERTY', params: ['combined'], id: 1 })).toEqual({
      result: false,
      id: 1,
    });
    expect(await feed.ask({ method: 'SET_PROPERTY', params: ['combined', true], id: 2 })).toEqual({
      result: null,
      id: 2,
    });
    expect(await feed.ask({ method: 'GET_PROPERTY', params: ['combined'], id: 3 })).toEqual({
      result: true,
      id: 3,
    });
    const combined = await client('/stream');
    expect(await combined.ask({ method: 'GET_PROPERTY', params: ['combined'], id: 1 })).toEqual({
      result: true,
      id: 1,
    });
  });

  it.each([
    [{ method: 'SET_PROPERTY', params: ['speed', true], id: 1 }, 0, /^Unknown property$/],
    [
      { method: 'SET_PROPERTY', params: ['combined', 'yes'], id: 1 },
      1,
      /^Invalid value type: expected Boolean$/,
    ],
    [{ method: 'SET_PROPERTY', params: [7, true], id: 1 }, 2, /property name must be a string/],
    [{ method: 'SET_PROPERTY', params: ['combined', true, 1], id: 1 }, 2, /too many parameters/],
    [{ method: 'FOO', id: 1 }, 2, /unknown variant `FOO`, expected one of `SUBSCRIBE`, /],
    [{ params: [], id: 1 }, 2, /missing field `method`/],
    [{ method: 'LIST_SUBSCRIPTIONS', id: 1.5 }, 2, /request ID must be an unsigned integer/],
    [{ method: 'SUBSCRIBE', params: ['btcusdt'], id: 1 }, 2, /^Invalid request: invalid stream$/],
    ['garbage', 3, /^Invalid JSON: expected value at line 1 column 1$/],
    [{ method: 'SUBSCRIBE', params: Array(300).fill('btcusdt@kline_1m'), id: 1 }, 3, /line 1 column 4096$/],
  ])('answer %j with nested error %i and stay open', async (request, code, message) => {
    await start();
    const feed = await client('/ws');
    feed.send(request);
    const [answer] = await feed.until(() => feed.answers().length > 0 && feed.answers());
    expect(answer).toMatchObject({ error: { code, msg: expect.stringMatching(message) } });
    expect(await feed.ask({ method: 'LIST_SUBSCRIPTIONS', id: 9 })).toEqual({ result: [], id: 9 });
  });

  it('acknowledge streams that do not exist, and send nothing on them', async () => {
    await start();
    const feed = await client('/ws');
    const silent = [
      'BTCUSDT@kline_1m',
      'nosuchusdt@kline_1m',
      'btcusdt@nosuchstream',
      '!ticker@arr',
      'btcusdt@kline_7m',
    ];
    expect(await feed.ask({ method: 'SUBSCRIBE', params: silent, id: 1 })).toEqual({ result: null, id: 1 });
    expect(await feed.ask({ method: 'SUBSCRIBE', params: ['!miniTicker@arr'], id: 2 })).toEqual({
      result: null,
      id: 2,
    });
    await feed.until(() => feed.frames.filter((frame) => frame.startsWith('[')).length > 5);
    expect(feed.frames.filter((frame) => !frame.startsWith('[') && !frame.startsWith('{"result"'))).toEqual(
      [],
    );
    expect(await feed.ask({ method: 'LIST_SUBSCRIPTIONS', id: 3 })).toMatchObject({
      result: [...silent, '!miniTicker@arr'],
    });
  });

  it('refuse more streams than a connection may have, and subscribe none of that request', async () => {
    await start({ limits: { maxStreams: 3 } });
    const feed = await client('/ws/a@ticker/b@ticker');
    const answer = await feed.ask({ method: 'SUBSCRIBE', params: ['c@ticker', 'd@ticker'], id: 19 });
    expect(answer).toEqual({ error: { code: 4, msg: 'Too many subscriptions' }, id: 19 });
    expect(await feed.ask({ method: 'LIST_SUBSCRIPTIONS', id: 20 })).toMatchObject({
      result: ['a@ticker', 'b@ticker'],
    });
  });
});

describe('connections', () => {
  it('are closed with 1008 beyond five messages a second', async () => {
    await start();
    const feed = await client('/ws');
    for (let id = 1; id <= 6; id++) feed.send({ method: 'LIST_SUBSCRIPTIONS', id });
    expect(await feed.until(() => feed.closed)).toEqual({ code: 1008, reason: 'Too many requests' });
    expect(feed.answers()).toHaveLength(5);
  });

  it('are pinged with the time in milliseconds, and kept while the payload comes back', async () => {
    await start({ limits: { pingIntervalMs: 250, pongTimeoutMs: 400 } });
    const feed = await client('/ws');
    await feed.until(() => feed.pings.length >= 5);
    expect(feed.pings[0]).toMatch(/^\d{13}$/);
    expect(feed.closed).toBeUndefined();
  });

  it('are closed with 1008 when the payload does not come back; an empty pong does not help', async () => {
    await start({ limits: { pingIntervalMs: 100, pongTimeoutMs: 250 } });
    const feed = await client('/ws', false);
    feed.socket.on('ping', () => feed.pings.length === 1 && feed.socket.pong());
    expect(await feed.until(() => feed.closed)).toEqual({ code: 1008, reason: 'Pong timeout' });
  });

  it('end after their lifetime', async () => {
    await start({ limits: { lifetimeMs: 100 } });
    const feed = await client('/ws');
    expect(await feed.until(() => feed.closed)).toMatchObject({ code: 1000 });
  });

  it('are refused with 403 after too many attempts', async () => {
    await start({ limits: { attemptsPer5Minutes: 2 } });
    await client('/ws');
    await client('/ws');
    expect(await StreamClient.refusal(`${exchange.wsUrl}/ws`)).toMatchObject({ status: 403 });
  });

  it('do not compress unless the exchange was told to', async () => {
    await start();
    expect((await client('/ws')).socket.extensions).toBe('');
    await exchange.stop();
    await start({ compression: true });
    expect((await client('/ws')).socket.extensions).toContain('permessage-deflate');
  });
});

describe('handshake faults', () => {
  it('answer 403 while banned', async () => {
    await start();
    exchange.faults.ban();
    expect(await StreamClient.refusal(`${exchange.wsUrl}/ws`)).toMatchObject({ status: 403 });
    exchange.faults.ban(false);
    await client('/ws');
  });

  it('take a TCP connection and never answer', async () => {
    await start();
    exchange.faults.neverAnswer();
    const { hostname, port } = new URL(exchange.wsUrl);
    const socket = connect(Number(port), hostname);
    const bytes: Buffer[] = [];
    socket.on('data', (chunk) => bytes.push(chunk));
    await once(socket, 'connect');
    socket.write(
      'GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await fetch(`${exchange.restUrl}/api/v3/ping`);
    expect(bytes).toEqual([]);
    socket.destroy();
  });
});
