import { expect, it } from '@jest/globals';
import { startFixture, until } from '../market/feed-fixture';

it('L4, L5: dozens of failed attempts are not the end, and the gauge tells them from a connection', async () => {
  const run = await startFixture({}, { backoff: { baseMs: 1, capMs: 5 }, banMs: 2 });
  const connected = () => run.metrics.value('binance_ws_connected', { status: 'connected' });
  try {
    expect(await connected()).toBe(1);
    run.exchange.faults.ban();
    run.exchange.faults.closeConnections(1006);
    await until(() => run.feed.state().reconnects > 30, 'more than thirty attempts');
    expect(await connected()).toBe(0);
    expect(run.feed.health().status).toBe('failed');
    run.exchange.faults.ban(false);
    await until(() => run.feed.state().connected, 'the connection');
    expect(await connected()).toBe(1);
    expect(await run.metrics.value('binance_ws_connections', { state: 'open' })).toBe(1);
  } finally {
    await run.stop();
  }
});
