import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type Frame, readFrame } from '../../src/market/frame';
import { readKlineRow } from '../../src/market/kline-row';
import type { ParseError } from '../../src/market/parse-error';

const OPEN = 1_790_134_740_000;
const NOW = OPEN + 3000;
const KLINE = {
  ...{
    t: OPEN,
    T: OPEN + 59_999,
    s: 'BTCUSDT',
    i: '1m',
    f: -1,
    L: -1,
    o: '86620.48000000',
    c: '86631.10000000',
  },
  ...{ h: '86633.00000000', l: '86620.48000000', v: '1.84210000', n: 64, x: false, q: '159573.90418200' },
  ...{ V: '1.10300000', Q: '95550.12000000', B: '0' },
};

function event(kline: object = {}, outer: object = {}): string {
  return JSON.stringify({ e: 'kline', E: OPEN + 2013, s: 'BTCUSDT', k: { ...KLINE, ...kline }, ...outer });
}

const read = (text: string): Frame => readFrame(text, NOW, () => true);

function failure(text: string): ParseError {
  try {
    read(text);
  } catch (error) {
    return error as ParseError;
  }
  throw new Error('it was read');
}

describe('a frame', () => {
  it('is read the same from a raw and from a combined connection', () => {
    const raw = read(event());
    expect(read(`{"stream":"btcusdt@kline_1m","data":${event()}}`)).toEqual(raw);
    expect(raw).toMatchObject({
      type: 'kline',
      update: {
        symbol: 'BTCUSDT',
        interval: '1m',
        eventTimeMs: OPEN + 2013,
        closed: false,
        candle: { high: 86633, low: 86620.48 },
      },
    });
  });

  it('may name a symbol in any script, write small numbers with an exponent, and carry more than is known', () => {
    const frame = read(event({ s: '币安人生USDT', v: '6.3e-7', extra: [1] }, { s: '币安人生USDT', new: {} }));
    expect(frame).toMatchObject({ update: { symbol: '币安人生USDT', candle: { volume: 6.3e-7 } } });
  });

  it.each([
    ['number', { o: '' }],
    ['number', { o: ' 1' }],
    ['number', { v: '0x10' }],
    ['number', { c: 86_631.1 }],
    ['number', { q: '1e999' }],
    ['number', { v: '-1' }],
    ['number', { n: 1.5 }],
    ['ohlc', { h: '86630' }],
    ['ohlc', { l: '86632' }],
    ['time', { t: OPEN + 1 }],
    ['time', { T: OPEN + 60_000 }],
    ['time', { t: OPEN * 1000, T: OPEN * 1000 + 59_999_999 }],
    ['interval', { i: '7m' }],
    ['symbol', { s: 'ETHUSDT' }],
    ['shape', { x: 'true' }],
  ])('is refused for its %s when it says %j, with the symbol in the message', (reason, change) => {
    const error = failure(event(change));
    expect(error).toMatchObject({ kind: 'kline', reason, symbol: 'BTCUSDT' });
    expect(error.message).toMatch(/^a kline of BTCUSDT: /);
  });

  it('from the future or without a symbol is refused', () => {
    expect(failure(event({}, { E: NOW + 3_600_000 }))).toMatchObject({ reason: 'future' });
    expect(failure(event({ t: OPEN + 300_000, T: OPEN + 359_999 }))).toMatchObject({ reason: 'future' });
    expect(failure(event({}, { s: undefined }))).toMatchObject({ reason: 'symbol', symbol: undefined });
  });

  it('that was cut off still tells whose it was', () => {
    expect(failure('{"stream":"btcusdt@kline_1m","data":{"e":"kl')).toMatchObject({
      reason: 'json',
      symbol: 'BTCUSDT',
    });
    expect(failure(event().slice(0, 90))).toMatchObject({ reason: 'json', symbol: 'BTCUSDT' });
    expect(failure('<html>')).toMatchObject({ reason: 'json', symbol: undefined });
    expect(failure('12')).toMatchObject({ reason: 'shape' });
  });

  it('of an unknown type is no error', () => {
    expect(read('{"e":"mysteryEvent","E":1}')).toEqual({ type: 'unknown', event: '"mysteryEvent"' });
  });

  it('may announce a shutdown', () => {
    expect(read('{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1}}')).toEqual({
      type: 'server_shutdown',
    });
  });

  it('may be an answer: success, nested error, flat error', () => {
    expect(read('{"result":null,"id":3}')).toMatchObject({
      type: 'control',
      reply: { id: 3, error: undefined },
    });
    const error = { code: 2, message: 'Invalid request: invalid stream' };
    expect(read('{"error":{"code":2,"msg":"Invalid request: invalid stream"},"id":4}')).toMatchObject({
      reply: { id: 4, error },
    });
    expect(read('{"code":2,"msg":"Invalid request: invalid stream","id":4}')).toMatchObject({
      reply: { id: 4, error },
    });
  });

  it('with all tickers gives those wanted, and names the broken ones', () => {
    const ticker = {
      e: '24hrMiniTicker',
      E: NOW,
      s: 'BTCUSDT',
      c: '2',
      o: '1',
      h: '3',
      l: '1',
      v: '5',
      q: '9',
    };
    const data = [ticker, { ...ticker, s: 'ETHUSDT', c: 'x' }, { ...ticker, s: 'OTHER', c: 'x' }, null];
    const frame = readFrame(
      JSON.stringify({ stream: '!miniTicker@arr', data }),
      NOW,
      (symbol) => symbol !== 'OTHER',
    );
    expect(frame).toMatchObject({
      type: 'ticker',
      updates: [{ symbol: 'BTCUSDT', last: 2, quoteVolume: 9 }],
    });
    expect(frame.type === 'ticker' && frame.errors.map(({ symbol }) => symbol)).toEqual([
      'ETHUSDT',
      undefined,
    ]);
  });

  it('recorded from the exchange is read without an error', () => {
    const folder = join(__dirname, '../../../shared/market-data/ws');
    if (!existsSync(folder)) return;
    const names = [
      'cryptofeed-binance-spot-20211012.txt',
      'cryptofeed-binanceus-20211012.txt',
      'cryptofeed-binance-usdm-minute-close-20210722.txt',
    ];
    const frames = names
      .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
      .filter((line) => /^\d+\.\d+: /.test(line))
      .map((line) => read(line.slice(line.indexOf(': ') + 2)));
    expect(frames.filter(({ type }) => type === 'kline')).toHaveLength(2 + 5 + 67);
  });
});

describe('a row of klines', () => {
  const row = [OPEN, '1', '3', '0.5', '2', '10', OPEN + 59_999, '20', 4, '5', '6', '0'];

  it('has its high before its low and close, and may have columns to spare', () => {
    const candle = {
      openTimeMs: OPEN,
      open: 1,
      high: 3,
      low: 0.5,
      close: 2,
      volume: 10,
      quoteVolume: 20,
      trades: 4,
      takerBuyBase: 5,
      takerBuyQuote: 6,
    };
    expect(readKlineRow(row, 'BTCUSDT', '1m')).toEqual(candle);
    expect(readKlineRow([...row, '2026-01-01'], 'BTCUSDT', '1m')).toEqual(candle);
  });

  it('that is short or contradicts itself is refused with its symbol', () => {
    for (const broken of [row.slice(0, 8), 'row', [...row.slice(0, 2), '1.5', ...row.slice(3)]]) {
      expect(() => readKlineRow(broken, 'BTCUSDT', '1m')).toThrow(/BTCUSDT/);
    }
  });
});
