import { expect, it } from '@jest/globals';
import { startFixture, until } from '../market/feed-fixture';

it('L25: a second disconnect, and a second stop, are ordinary events', async () => {
  const run = await startFixture();
  for (const attempt of [1, 2, 3]) {
    run.exchange.faults.closeConnections(1006);
    await until(
      () => run.feed.state().reconnects === attempt && run.feed.state().connected,
      'a new connection',
    );
  }
  await run.feed.stop();
  await run.feed.stop();
  await run.exchange.stop();
});

it('L25: whoever hears of a close finds the closed candle stored', async () => {
  const run = await startFixture();
  try {
    const stored: boolean[] = [];
    run.feed.view.onClose((interval, boundaryMs) => {
      const { arrived } = run.feed.view.closesAt(interval, boundaryMs);
      const newest = run.feed.view
        .symbols()
        .map((symbol) => run.feed.view.recentCandles(symbol, interval, 1)[0]!.openTimeMs);
      stored.push(arrived > 0 && newest.filter((time) => time === boundaryMs - 60_000).length === arrived);
    });
    run.exchange.clock.advance(60_000);
    await until(() => stored.length === 3, 'three closes');
    expect(stored).toEqual([true, true, true]);
  } finally {
    await run.stop();
  }
});
