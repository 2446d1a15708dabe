import { expect, it } from '@jest/globals';
import { CandleStore } from '../../src/market/candle-store';
import { KlineHistory } from '../../src/market/kline-history';
import type { RestClient } from '../../src/market/rest-client';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 0, 2, 12, 0, 30);

/** As the exchange: newest rows, inclusive end, at most 1,000, the last one still open. */
function rows(limit: number, endTime = NOW): unknown[] {
  const last = Math.floor(endTime / MINUTE) * MINUTE;
  const count = Math.min(limit, 1000);
  return Array.from({ length: count }, (_, index) => {
    const openTime = last - (count - 1 - index) * MINUTE;
    return [openTime, '1', '1', '1', '1', '1', openTime + MINUTE - 1, '1', 1, '1', '1', '0'];
  });
}

it('L1: a history longer than one page ends with the newest closed candle, and no row comes twice', async () => {
  const limits: number[] = [];
  const get = async (_endpoint: string, query: Record<string, number>) => {
    limits.push(query.limit!);
    return rows(query.limit!, query.endTime);
  };
  const store = new CandleStore(1, 2000, { candleClosed() {}, repairNeeded() {} });
  store.setSymbols(['AUSDT']);
  store.setIntervals(new Set(['1m'] as const));
  const history = new KlineHistory(
    { get } as unknown as RestClient,
    () => NOW,
    () => undefined,
  );
  const series = store.get('AUSDT', '1m')!;
  const candles = await history.newest(series, 1440);
  expect(Math.max(...limits)).toBeLessThanOrEqual(1000);
  const newest = Math.floor(NOW / MINUTE) * MINUTE - MINUTE;
  expect(candles.map(({ openTimeMs }) => openTimeMs)).toEqual(
    Array.from({ length: 1440 }, (_, index) => newest - (1439 - index) * MINUTE),
  );
  store.merge(series, candles);
  expect(series).toMatchObject({ missing: 0, closedCandles: 1440 });
});
