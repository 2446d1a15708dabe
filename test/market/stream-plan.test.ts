import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { klineStream } from '../../src/market/stream-name';
import { StreamPlan } from '../../src/market/stream-plan';
import { batchesOf } from '../../src/market/subscription';

const streams = (count: number, prefix = 's') =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);
const sizes = (plan: StreamPlan) => [...plan.connections.values()].map((held) => held.size);

describe('the stream plan', () => {
  it('fits 500 symbols × 6 intervals and the tickers into 3 connections, evenly', () => {
    const plan = new StreamPlan(1024);
    plan.setStreams(new Set(streams(3001)));
    expect(sizes(plan)).toEqual([1001, 1000, 1000]);
  });

  it('moves no stream that stays, holds each once, and never overfills a connection', () => {
    const sets = fc.array(fc.uniqueArray(fc.nat(60)), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(sets, (steps) => {
        const plan = new StreamPlan(10);
        let before = new Map<string, number>();
        for (const step of steps) {
          const wanted = step.map(String);
          plan.setStreams(new Set(wanted));
          const now = new Map(wanted.map((stream) => [stream, plan.connectionOf(stream)!]));
          for (const [stream, connection] of now) expect(before.get(stream) ?? connection).toBe(connection);
          expect(sizes(plan).every((size) => size > 0 && size <= 10)).toBe(true);
          expect(sizes(plan).reduce((sum, size) => sum + size, 0)).toBe(wanted.length);
          before = now;
        }
      }),
    );
  });
});

describe('subscription batches', () => {
  it('hold 150 streams at most, and never 4,096 bytes', () => {
    expect(batchesOf(streams(301)).map((batch) => batch.length)).toEqual([150, 150, 1]);
    const long = streams(200, '币安人生币安人生币安人生');
    const batches = batchesOf(long);
    expect(batches.flat()).toEqual(long);
    for (const params of batches) {
      expect(Buffer.byteLength(JSON.stringify({ method: 'UNSUBSCRIBE', params, id: 999_999 }))).toBeLessThan(
        4096,
      );
    }
  });
});

describe('a stream name', () => {
  it('has its symbol in lower case and its interval as it is', () => {
    expect(klineStream('BTCUSDT', '1M')).toBe('btcusdt@kline_1M');
    expect(klineStream('币安人生USDT', '15m')).toBe('币安人生usdt@kline_15m');
  });
});
