import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SimulatedExchange } from '../../simulator/exchange';
import { rebuildKlines } from '../../simulator/replay/kline-builder';
import { type RecordedTrade, readTrades } from '../../simulator/replay/recorded-trades';
import { openTimeAt } from '../../src/market/interval';
import { StreamClient } from '../support/stream-client';

const FOLDER = join(__dirname, '../../../shared/market-data/ws');
const FILES = [
  'hftbacktest-btcusdt-trades-spot-20240809.txt.gz',
  'hftbacktest-ethusdt-trades-spot-20240808.txt.gz',
];
const MINUTE = 60_000;

/** A candle straight from its trades, by other means than the builder's. */
function directly(trades: readonly RecordedTrade[]) {
  const prices = trades.map(({ price }) => price);
  const sum = (value: (trade: RecordedTrade) => number) =>
    trades.reduce((total, trade) => total + value(trade), 0);
  const bought = (trade: RecordedTrade) => (trade.buyerIsMaker ? 0 : trade.quantity);
  return {
    open: prices[0],
    high: Math.max(...prices),
    low: Math.min(...prices),
    close: prices.at(-1),
    trades: trades.length,
    firstTradeId: trades[0]?.id,
    lastTradeId: trades.at(-1)?.id,
    volume: sum(({ quantity }) => quantity).toFixed(8),
    quoteVolume: sum(({ price, quantity }) => price * quantity).toFixed(4),
    takerBuyBase: sum(bought).toFixed(8),
    takerBuyQuote: sum((trade) => bought(trade) * trade.price).toFixed(4),
  };
}

function checkAgainstTrades(trades: readonly RecordedTrade[]): void {
  const events = rebuildKlines(trades);
  for (const { candle, closed, eventTimeMs } of events) {
    const until = closed ? candle.openTimeMs + MINUTE : eventTimeMs + 1;
    const inside = trades.filter(
      ({ timeMs }) => openTimeAt('1m', timeMs) === candle.openTimeMs && timeMs < until,
    );
    expect(candle.trades).toBe(inside.length);
    if (inside.length === 0) continue;
    expect({
      ...candle,
      volume: candle.volume.toFixed(8),
      quoteVolume: candle.quoteVolume.toFixed(4),
      takerBuyBase: candle.takerBuyBase.toFixed(8),
      takerBuyQuote: candle.takerBuyQuote.toFixed(4),
    }).toMatchObject(directly(inside));
  }
}

const trade = (timeMs: number, price: number, id: number): RecordedTrade => ({
  symbol: 'TESTUSDT',
  id,
  timeMs,
  eventTimeMs: timeMs,
  price,
  quantity: 1,
  buyerIsMaker: id % 2 === 0,
});

describe('klines rebuilt from trades', () => {
  it('come at most every two seconds, and a close for every minute, with trades or without', () => {
    const times = fc.array(fc.integer({ min: 0, max: 5 * MINUTE }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(times, (offsets) => {
        const trades = offsets
          .sort((a, b) => a - b)
          .map((offset, id) => trade(offset, 100 + (id % 7), id + 1));
        const events = rebuildKlines(trades);
        checkAgainstTrades(trades);
        const eventTimes = events.map(({ eventTimeMs }) => eventTimeMs);
        expect(eventTimes).toEqual([...eventTimes].sort((a, b) => a - b));
        const updates = events.filter(({ closed }) => !closed);
        for (let index = 1; index < updates.length; index++) {
          expect(updates[index]!.eventTimeMs - updates[index - 1]!.eventTimeMs).toBeGreaterThanOrEqual(2000);
        }
        const closes = events.filter(({ closed }) => closed).map(({ candle }) => candle.openTimeMs);
        const first = openTimeAt('1m', trades[0]!.timeMs);
        const last = openTimeAt('1m', trades.at(-1)!.timeMs);
        expect(closes).toEqual(
          Array.from({ length: (last - first) / MINUTE }, (_, index) => first + index * MINUTE),
        );
      }),
    );
  });

  it.each(FILES)('agree with the recorded trades of %s', (file) => {
    if (!existsSync(FOLDER)) return;
    const trades = readTrades(join(FOLDER, file));
    expect(trades.length).toBeGreaterThan(6000);
    checkAgainstTrades(trades);
    const events = rebuildKlines(trades);
    expect(events.filter(({ closed }) => closed).length).toBeGreaterThanOrEqual(5);
    expect(events.at(-1)!.candle.lastTradeId).toBe(trades.at(-1)!.id);
  });

  it('are what a client of the replaying exchange gets', async () => {
    if (!existsSync(FOLDER)) return;
    const trades = readTrades(join(FOLDER, FILES[0]!));
    const replay = { path: FOLDER, set: 'btcusdt-trades', history: 1 };
    const exchange = await SimulatedExchange.start({ replay, clock: { manual: true } });
    const feed = await StreamClient.open(`${exchange.wsUrl}/ws/btcusdt@kline_1m`);
    for (let minute = 0; minute < 5; minute++) exchange.clock.advance(MINUTE);
    await feed.settle();
    const rebuilt = rebuildKlines(trades).filter(({ closed }) => closed);
    const streamed = feed.klines().filter(({ k }) => k.x);
    const values = (texts: readonly string[]) => texts.map((text) => Number(text).toFixed(4));
    expect(
      streamed.slice(0, 4).map(({ k }) => values([k.o, k.h, k.l, k.c, k.v, k.q, k.V, String(k.n)])),
    ).toEqual(
      rebuilt
        .slice(1, 5)
        .map(({ candle }) =>
          values(
            [
              candle.open,
              candle.high,
              candle.low,
              candle.close,
              candle.volume,
              candle.quoteVolume,
              candle.takerBuyBase,
              candle.trades,
            ].map(String),
          ),
        ),
    );
    feed.close();
    await exchange.stop();
  });
});
