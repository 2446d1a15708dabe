import { expect, it } from '@jest/globals';
import { type FeedFixture, startFixture, until } from '../market/feed-fixture';

const MINUTE = 60_000;

async function missing({ metrics }: FeedFixture): Promise<number> {
  return (await metrics.series('kline_missing_data_total')).reduce((sum, { value }) => sum + value, 0);
}

function holes({ feed }: FeedFixture): number {
  const times = feed.view
    .symbols()
    .flatMap((symbol) => feed.view.recentCandles(symbol, '1m', 20).map((one) => one.openTimeMs));
  return times.filter(
    (time, index) => index > 0 && time > times[index - 1]! && time !== times[index - 1]! + MINUTE,
  ).length;
}

it('L2: a hole in a stream is counted when the next candle comes', async () => {
  const run = await startFixture();
  try {
    run.exchange.faults.skipCandles(2, { inRest: true });
    run.exchange.clock.advance(5 * MINUTE);
    await until(async () => (await missing(run)) === 2 * 3, 'two missing candles for each of three symbols');
  } finally {
    await run.stop();
  }
});

it('L3: candles that closed during a disconnect are fetched after the reconnect', async () => {
  const run = await startFixture();
  try {
    const before = run.feed.view.recentCandles(run.feed.view.symbols()[0]!, '1m', 1)[0]!.openTimeMs;
    run.exchange.faults.closeConnections(1006);
    run.exchange.clock.advance(4 * MINUTE);
    const newest = () =>
      run.feed.view.symbols().map((symbol) => run.feed.view.recentCandles(symbol, '1m', 1)[0]!.openTimeMs);
    await until(
      () => newest().every((time) => time === before + 4 * MINUTE),
      'the candles of the disconnect',
    );
    expect(holes(run)).toBe(0);
  } finally {
    await run.stop();
  }
});
