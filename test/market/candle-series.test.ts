import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CandleStore } from '../../src/market/candle-store';
import type { Candle, KlineUpdate } from '../../src/market/kline';
import { HEADER } from '../../src/market/shared-columns';

const MINUTE = 60_000;
const BASE = Date.UTC(2026, 0, 1);
const WINDOW = 10;

function candle(index: number, close = 100, openTimeMs = BASE + index * MINUTE): Candle {
  return {
    ...{ openTimeMs, open: 100, high: Math.max(100, close), low: Math.min(100, close), close, volume: 1 },
    ...{ quoteVolume: 100, trades: 1, takerBuyBase: 0, takerBuyQuote: 0 },
  };
}

function update(
  index: number,
  closed: boolean,
  eventMs = index * MINUTE + (closed ? 59_999 : 1000),
  close = 100,
): KlineUpdate {
  return {
    symbol: 'AUSDT',
    interval: '1m',
    eventTimeMs: BASE + eventMs,
    candle: candle(index, close),
    closed,
  };
}

let store: CandleStore;
let closes: number[];
let repairs: number;

beforeEach(() => {
  closes = [];
  repairs = 0;
  store = new CandleStore(3, WINDOW, {
    candleClosed: (_series, openTimeMs) => closes.push((openTimeMs - BASE) / MINUTE),
    repairNeeded: () => repairs++,
  });
  store.setSymbols(['AUSDT']);
  store.setIntervals(new Set(['1m'] as const));
});

const series = () => store.get('AUSDT', '1m')!;
const apply = (...updates: KlineUpdate[]) => updates.map((one) => store.apply(one, 1));
const indexes = () =>
  series()
    .recent(99)
    .map(({ openTimeMs }) => (openTimeMs - BASE) / MINUTE);

describe('a candle series', () => {
  it('replaces the open candle and closes it', () => {
    apply(update(0, false), update(0, false, 3000, 105), update(0, true, 60_000, 106));
    expect(series().recent(5)).toEqual([candle(0, 106)]);
    expect(series()).toMatchObject({ updates: 3, missing: 0, lastEventTimeMs: BASE + 60_000 });
    expect(closes).toEqual([0]);
  });

  it('takes a close that was delivered twice once, and no older state of an open candle', () => {
    expect(apply(update(0, true), update(0, true))).toEqual([true, false]);
    expect(apply(update(1, false, 65_000), update(1, false, 65_000), update(1, false, 64_000))).toEqual([
      true,
      false,
      false,
    ]);
    expect(apply(update(0, false))).toEqual([false]);
    expect(series().updates).toBe(2);
  });

  it('promotes an open candle whose close never came, and lets the late close correct it', () => {
    apply(update(0, false), update(1, false));
    expect(indexes()).toEqual([0]);
    expect({ closes, repairs, missing: series().missing }).toEqual({ closes: [0], repairs: 1, missing: 0 });
    expect(apply(update(0, true, 61_755, 107), update(0, true, 61_755, 107))).toEqual([true, false]);
    expect(series().recent(1)[0]!.close).toBe(107);
  });

  it('counts a hole once, when a later candle shows it, and not again after repair', () => {
    apply(update(0, true), update(4, false));
    expect({ missing: series().missing, repairs }).toEqual({ missing: 3, repairs: 1 });
    store.merge(series(), [candle(1), candle(2), candle(3)]);
    expect(indexes()).toEqual([0, 1, 2, 3]);
    apply(update(4, true), update(5, true));
    expect(series().missing).toBe(3);
  });

  it('counts holes that only history reveals, but nothing before the first candle', () => {
    apply(update(20, false));
    store.merge(series(), [candle(12), candle(13), candle(16), candle(17), candle(18)]);
    expect(series().missing).toBe(3);
    store.merge(series(), [candle(12), candle(13), candle(16), candle(17), candle(18)]);
    expect(series().missing).toBe(3);
  });

  it('drops a close that is older than everything stored', () => {
    apply(update(5, true));
    expect(apply(update(2, true))).toEqual([false]);
    expect(series().missing).toBe(0);
  });

  it('starts anew after a hole larger than the window instead of bridging it', () => {
    apply(update(0, true), update(1, true), update(500, true));
    expect(indexes()).toEqual([500]);
    expect(series().missing).toBe(498);
    store.merge(series(), [candle(0), candle(1), candle(499)]);
    expect(indexes()).toEqual([499, 500]);
  });

  it('takes candles without trades as they are', () => {
    apply({ ...update(0, true), candle: { ...candle(0), volume: 0, quoteVolume: 0, trades: 0 } });
    expect(indexes()).toEqual([0]);
  });

  it('keeps the newest candles of the window, over many times its slack', () => {
    for (let index = 0; index < 500; index++) apply(update(index, false), update(index, true));
    expect(indexes()).toEqual(Array.from({ length: WINDOW }, (_, index) => 490 + index));
    expect(closes).toHaveLength(500);
  });

  it('counts the arrivals at a boundary, live and from history', () => {
    store.setSymbols(['AUSDT', 'BUSDT']);
    const boundary = BASE + MINUTE;
    expect(store.closesAt('1m', boundary)).toEqual({ expected: 2, arrived: 0 });
    apply(update(0, true));
    expect(store.closesAt('1m', boundary)).toEqual({ expected: 2, arrived: 1 });
    store.merge(store.get('BUSDT', '1m')!, [candle(0)]);
    expect(store.closesAt('1m', boundary).arrived).toBe(2);
  });

  it('gives a slot back empty and lets it rest before another symbol has it', () => {
    apply(update(0, true));
    const slot = store.slotOf('AUSDT')!;
    const left = series();
    store.setSymbols(['BUSDT']);
    expect(store.slotOf('BUSDT')).not.toBe(slot);
    expect(left.live).toBe(false);
    const header = new Int32Array(store.table('1m')!.header, slot * HEADER.size * 4, HEADER.size);
    expect([header[HEADER.closed], header[HEADER.hasOpen], header[HEADER.revision]! % 2]).toEqual([0, 0, 0]);
    store.merge(left, [candle(1)]);
    expect(header[HEADER.closed]).toBe(0);
  });

  it('holds strictly rising candles and the exact number of missing ones, whatever comes in whatever order', () => {
    const event = fc.record({
      index: fc.integer({ min: 0, max: 60 }),
      closed: fc.boolean(),
      delayMs: fc.nat(59_000),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 80 }), (events) => {
        const fresh = new CandleStore(1, 100, { candleClosed() {}, repairNeeded() {} });
        fresh.setSymbols(['AUSDT']);
        fresh.setIntervals(new Set(['1m'] as const));
        let newest: number | undefined;
        let missing = 0;
        let applied = 0;
        let lastEvent = 0;
        for (const { index, closed, delayMs } of events) {
          if (newest !== undefined && index > newest) missing += index - newest - 1;
          newest = Math.max(newest ?? index, index);
          if (fresh.apply(update(index, closed, index * MINUTE + delayMs), 1)) applied++;
          const now = fresh.get('AUSDT', '1m')!;
          if (now.updates > 0) expect(now.lastEventTimeMs).toBeGreaterThanOrEqual(lastEvent);
          lastEvent = now.updates > 0 ? now.lastEventTimeMs : 0;
        }
        const result = fresh.get('AUSDT', '1m')!;
        const times = result.recent(200).map(({ openTimeMs }) => openTimeMs);
        expect(times.every((time, at) => at === 0 || time > times[at - 1]!)).toBe(true);
        expect(result).toMatchObject({ missing, updates: applied });
      }),
      { numRuns: 500 },
    );
  });

  it('is no different after every event was delivered twice', () => {
    const order = fc.shuffledSubarray(Array.from({ length: 30 }, (_, index) => index));
    fc.assert(
      fc.property(order, (indices) => {
        const results = [1, 2].map((copies) => {
          const fresh = new CandleStore(1, 100, { candleClosed() {}, repairNeeded() {} });
          fresh.setSymbols(['AUSDT']);
          fresh.setIntervals(new Set(['1m'] as const));
          for (const index of indices)
            for (let copy = 0; copy < copies; copy++) fresh.apply(update(index, true), 1);
          const { missing, updates } = fresh.get('AUSDT', '1m')!;
          return { missing, updates, candles: fresh.get('AUSDT', '1m')!.recent(200) };
        });
        expect(results[1]).toEqual(results[0]);
      }),
    );
  });
});
