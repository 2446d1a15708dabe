import { expect, it } from '@jest/globals';
import { CandleStore } from '../../src/market/candle-store';
import type { Candle } from '../../src/market/kline';

const MINUTE = 60_000;

it('L6: the next candle does not overwrite one whose close was never sent', () => {
  const store = new CandleStore(1, 10, { candleClosed() {}, repairNeeded() {} });
  store.setSymbols(['AUSDT']);
  store.setIntervals(new Set(['1m'] as const));
  const candle = (openTimeMs: number, close: number): Candle => ({
    ...{ openTimeMs, open: 1, high: 9, low: 1, close, volume: 1 },
    ...{ quoteVolume: 1, trades: 1, takerBuyBase: 0, takerBuyQuote: 0 },
  });
  const base = Date.UTC(2026, 0, 1);
  for (const index of [0, 1, 2]) {
    const openTimeMs = base + index * MINUTE;
    const event = { symbol: 'AUSDT', interval: '1m', eventTimeMs: openTimeMs + 1, closed: false } as const;
    store.apply({ ...event, candle: candle(openTimeMs, index + 1) }, openTimeMs);
  }
  expect(
    store
      .get('AUSDT', '1m')!
      .recent(5)
      .map(({ close }) => close),
  ).toEqual([1, 2]);
  expect(store.get('AUSDT', '1m')!.missing).toBe(0);
});
