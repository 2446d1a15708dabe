import { expect, it } from '@jest/globals';
import { createLogger } from '../../src/log';
import { LogLimiter } from '../../src/log-limiter';
import { Backfill } from '../../src/market/backfill';
import type { CandleSeries } from '../../src/market/candle-series';
import type { ExchangeClock } from '../../src/market/exchange-clock';
import type { KlineHistory } from '../../src/market/kline-history';

const MINUTE = 60_000;

it('a series whose first live close came before its history still gets the whole window', async () => {
  const asked: number[] = [];
  const history = {
    newest: async (_: CandleSeries, count: number) => {
      asked.push(count);
      return [];
    },
  } as unknown as KlineHistory;
  const closedJustNow = {
    symbol: 'BTCUSDT',
    interval: '1m',
    live: true,
    closedCandles: 1,
    newestClosedMs: 100 * MINUTE,
    takeRepairPoint: () => undefined,
  } as unknown as CandleSeries;
  const clock = { now: () => 101 * MINUTE } as ExchangeClock;
  const backoff = { baseMs: 1, capMs: 1 };
  const options = { window: 500, concurrency: 1, backoff, repairDelayMs: 1 };
  const limiter = new LogLimiter(createLogger('silent'));
  const backfill = new Backfill(
    options,
    history,
    { merge: () => {} },
    clock,
    new AbortController().signal,
    limiter,
  );

  backfill.request(closedJustNow);
  await backfill.whenIdle();
  backfill.request(closedJustNow);
  await backfill.whenIdle();

  expect(asked).toEqual([500, 3]);
});
