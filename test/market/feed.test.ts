import { afterEach, describe, expect, it } from '@jest/globals';
import { SimulatedExchange } from '../../simulator/exchange';
import type { Interval } from '../../src/market/interval';
import { createFeed, type FeedFixture, feedOptions, MANUAL_CLOCK, startFixture, until } from './feed-fixture';

const MINUTE = 60_000;
let running: FeedFixture | undefined;

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function fixture(...args: Parameters<typeof startFixture>): Promise<FeedFixture> {
  running = await startFixture(...args);
  return running;
}

function newestOpenTimes({ feed }: FeedFixture, interval: Interval = '1m'): number[] {
  return feed.view
    .symbols()
    .map((symbol) => feed.view.recentCandles(symbol, interval, 1)[0]?.openTimeMs ?? 0);
}

function isRising(times: readonly number[]): boolean {
  return times.every((time, index) => index === 0 || time > times[index - 1]!);
}

/** Every symbol's 1m candles are complete, without a hole, up to the last boundary. */
function isWhole({ feed, exchange }: FeedFixture): boolean {
  const expected = Math.floor(exchange.clock.now() / MINUTE) * MINUTE - MINUTE;
  return feed.view.symbols().every((symbol) => {
    const times = feed.view.recentCandles(symbol, '1m', 20).map(({ openTimeMs }) => openTimeMs);
    return (
      times.at(-1) === expected &&
      times.every((time, index) => time === expected - (times.length - 1 - index) * MINUTE)
    );
  });
}

async function missing({ metrics }: FeedFixture): Promise<number> {
  const series = await metrics.series('kline_missing_data_total');
  return series.reduce((sum, { value }) => sum + value, 0);
}

async function advanceCandles(fixture: FeedFixture, count: number): Promise<void> {
  for (let candle = 0; candle < count; candle++) {
    fixture.exchange.clock.advance(MINUTE);
    await until(() => Math.min(...newestOpenTimes(fixture)) > 0, 'candles');
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

describe('the market feed', () => {
  it('starts with the universe, its streams and a full window of closed candles', async () => {
    const run = await fixture({}, {}, ['1m', '5m']);
    expect(run.feed.view.symbols()).toHaveLength(3);
    expect(run.feed.state()).toMatchObject({
      connected: true,
      reconnects: 0,
      symbols: { wanted: 3, subscribed: 3 },
    });
    expect(run.feed.health().status).toBe('ok');
    expect(isWhole(run)).toBe(true);
    expect(run.feed.view.recentCandles(run.feed.view.symbols()[0]!, '5m', 100)).toHaveLength(20);
    expect(await missing(run)).toBe(0);
  });

  it('stores every live close and counts it at its boundary', async () => {
    const run = await fixture();
    const closes: number[] = [];
    run.feed.view.onClose((_interval, boundaryMs) => closes.push(boundaryMs));
    run.exchange.clock.advance(MINUTE);
    const boundary = Math.floor(run.exchange.clock.now() / MINUTE) * MINUTE;
    await until(() => run.feed.view.closesAt('1m', boundary).arrived === 3, 'three closes');
    expect(run.feed.view.closesAt('1m', boundary)).toEqual({ expected: 3, arrived: 3 });
    expect(closes).toEqual(Array(3).fill(boundary));
    expect(await run.metrics.value('kline_parse_errors_total')).toBeUndefined();
  });

  it.each([1006, 1008, 1000])(
    'comes back after a close with code %i without losing a candle',
    async (code) => {
      const run = await fixture();
      run.exchange.faults.closeConnections(code);
      run.exchange.clock.advance(3 * MINUTE);
      await until(() => run.feed.state().reconnects > 0 && run.feed.state().connected, 'a new connection');
      await until(() => isWhole(run), 'history of the missed candles');
      await advanceCandles(run, 2);
      await until(() => isWhole(run), 'live candles');
      expect(await run.metrics.value('binance_ws_reconnects_total')).toBe(1);
    },
  );

  it('notices a half-open connection by its silence and replaces it', async () => {
    const run = await fixture({}, { silenceMs: 300 });
    run.exchange.faults.dropWithoutFin();
    await until(() => run.feed.state().reconnects > 0, 'the watchdog');
    await until(() => run.feed.state().connected, 'a new connection');
    expect(run.lines.join('\n')).toContain('Binance connection 1 of 1 was silent for 0.3 s although open');
  });

  it('moves to a new socket on serverShutdown without a reconnect, a loss or a duplicate', async () => {
    const run = await fixture();
    run.exchange.faults.serverShutdown(500);
    await until(() => run.lines.some((line) => line.includes('is being renewed')), 'renewal');
    await advanceCandles(run, 3);
    await until(() => isWhole(run), 'all candles');
    expect(run.feed.state()).toMatchObject({
      connected: true,
      reconnects: 0,
      frames: { server_shutdown: 1 },
    });
    expect(await missing(run)).toBe(0);
  });

  it('renews a connection before its age limit, new one first', async () => {
    const run = await fixture({}, { renewAfterMs: 300 });
    await until(
      () => run.lines.filter((line) => line.includes('is being renewed')).length >= 2,
      'two renewals',
    );
    await advanceCandles(run, 2);
    await until(() => isWhole(run), 'all candles');
    expect(run.feed.state().reconnects).toBe(0);
    expect(await missing(run)).toBe(0);
  });

  it('counts candles that the stream left out and repairs them from REST', async () => {
    const run = await fixture();
    run.exchange.faults.skipCandles(3, { symbol: run.feed.view.symbols()[0]!, inRest: true });
    await advanceCandles(run, 6);
    await until(() => isWhole(run), 'repair');
    expect(await missing(run)).toBe(3);
  });

  it('counts candles that never were, keeps the hole, and goes on', async () => {
    const run = await fixture();
    const gap = run.exchange.faults.skipCandles(2);
    await advanceCandles(run, 5);
    const [symbol] = run.feed.view.symbols();
    await until(
      () => run.feed.view.recentCandles(symbol!, '1m', 1)[0]!.openTimeMs >= gap + 2 * MINUTE,
      'candles after',
    );
    const times = run.feed.view.recentCandles(symbol!, '1m', 20).map(({ openTimeMs }) => openTimeMs);
    expect(isRising(times)).toBe(true);
    expect(times).not.toContain(gap);
    expect(await missing(run)).toBe(2 * 3);
  });

  it('promotes a candle whose close never comes', async () => {
    const run = await fixture();
    run.exchange.faults.dropCloses();
    await advanceCandles(run, 3);
    await until(() => isWhole(run) || newestOpenTimes(run).every((time) => time > 0), 'candles');
    expect(await missing(run)).toBe(0);
    expect(
      run.feed.view
        .symbols()
        .every((symbol) =>
          isRising(run.feed.view.recentCandles(symbol, '1m', 20).map((candle) => candle.openTimeMs)),
        ),
    ).toBe(true);
  });

  it('has no universe while REST is down, says so, and starts when it is back', async () => {
    const exchange = await SimulatedExchange.start({ symbols: 4, clock: MANUAL_CLOCK });
    exchange.faults.rest(503);
    const created = createFeed(feedOptions(exchange));
    running = {
      exchange,
      ...created,
      stop: async () => {
        await created.feed.stop();
        await exchange.stop();
      },
    };
    const started = created.feed.start(new Set(['1m'] as const));
    await until(() => created.feed.health().detail.includes('503'), 'the health to say why');
    expect(created.feed.health()).toMatchObject({ status: 'failed' });
    expect(created.feed.health().detail).toMatch(/^no universe: \w+ answered 503 .*retrying in \d+ s$/);
    exchange.faults.restHealthy();
    await started;
    expect(created.feed.health().status).toBe('ok');
    expect(
      await created.metrics.value('binance_rest_requests_total', { endpoint: 'time', status: '503' }),
    ).toBeGreaterThan(0);
  });

  it('lets a delisted symbol vanish and takes a newly listed one', async () => {
    const run = await fixture({ symbols: 3 }, { universeRefreshMs: 100 });
    const [gone] = run.feed.view.symbols();
    run.exchange.faults.delist(gone!);
    await until(() => run.feed.view.symbols().length === 2, 'the delisted symbol to leave');
    expect(run.feed.view.slotOf(gone!)).toBeUndefined();
    expect(await run.metrics.value('kline_buffer_size', { symbol: gone!, interval: '1m' })).toBeUndefined();
    const listed = run.exchange.faults.list('NEWCOIN', 3);
    run.exchange.clock.advance(2 * MINUTE);
    await until(() => run.feed.view.symbols().includes(listed), 'the new symbol');
    await until(() => run.feed.state().connected, 'its streams');
    run.exchange.clock.advance(2 * MINUTE);
    await until(() => run.feed.view.recentCandles(listed, '1m', 5).length > 0, 'its candles');
    expect(await run.metrics.value('kline_missing_data_total', { symbol: listed, interval: '1m' })).toBe(0);
  });

  it('notices acknowledged streams that stay silent, once', async () => {
    const run = await fixture({}, { silentStreamMs: 200 });
    await until(() => run.lines.some((line) => line.includes('but sends nothing')), 'the warning');
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(run.lines.filter((line) => line.includes('but sends nothing'))).toHaveLength(1);
    expect(run.feed.health()).toMatchObject({ status: 'degraded' });
    run.exchange.clock.advance(2 * MINUTE);
    await until(() => run.feed.state().symbols.delivering === 3, 'delivery');
  });

  it('obeys 429 with Retry-After and fills its history afterwards', async () => {
    const exchange = await SimulatedExchange.start({ symbols: 4, clock: MANUAL_CLOCK });
    exchange.faults.rest(429, { times: 2, retryAfterSeconds: 1 });
    const created = createFeed(feedOptions(exchange));
    running = {
      exchange,
      ...created,
      stop: async () => {
        await created.feed.stop();
        await exchange.stop();
      },
    };
    const beganMs = Date.now();
    await created.feed.start(new Set(['1m'] as const));
    expect(Date.now() - beganMs).toBeGreaterThanOrEqual(1900);
    expect(created.feed.view.recentCandles(created.feed.view.symbols()[0]!, '1m', 20)).toHaveLength(20);
  });

  it('counts frames it cannot read by symbol and loses nothing else', async () => {
    const run = await fixture();
    run.exchange.faults.truncate(2);
    await advanceCandles(run, 2);
    run.exchange.faults.microseconds();
    await advanceCandles(run, 1);
    run.exchange.faults.microseconds(false);
    run.exchange.faults.unknownEvent();
    run.exchange.faults.extraFields();
    await advanceCandles(run, 2);
    await until(() => isWhole(run), 'whole series');
    const errors = await run.metrics.series('kline_parse_errors_total');
    expect(errors.reduce((sum, { value }) => sum + value, 0)).toBeGreaterThanOrEqual(3);
    expect(run.lines.some((line) => line.includes('microseconds?'))).toBe(true);
    expect(run.feed.state().frames.unknown).toBeGreaterThanOrEqual(1);
  });

  it('subscribes to intervals that traders begin to need and lets go of others', async () => {
    const run = await fixture();
    await run.feed.requireIntervals(new Set(['5m', '1h'] as const));
    const [symbol] = run.feed.view.symbols();
    expect(run.feed.view.recentCandles(symbol!, '5m', 20)).toHaveLength(20);
    expect(run.feed.view.recentCandles(symbol!, '1h', 20)).toHaveLength(20);
    expect(run.feed.view.candleTable('1m')).toBeUndefined();
    expect(
      (await run.metrics.series('kline_buffer_size')).map(({ labels }) => labels.interval),
    ).not.toContain('1m');
  });

  it('keeps its silence about a ban that goes on and comes back after it', async () => {
    const run = await fixture();
    run.exchange.faults.ban();
    run.exchange.faults.closeConnections(1006);
    await until(() => run.lines.some((line) => line.includes('refused with HTTP 403')), 'a refusal');
    expect(run.feed.state()).toMatchObject({ connected: false });
    expect(run.feed.health()).toMatchObject({ status: 'failed' });
    run.exchange.faults.ban(false);
    await until(() => run.feed.state().connected, 'a new connection');
  });

  it('spreads streams over several connections, and one of them may break alone', async () => {
    const run = await fixture({}, { maxStreamsPerConnection: 4 }, ['1m', '5m', '15m']);
    expect(run.feed.state()).toMatchObject({ connected: true, connections: { open: 3 } });
    run.exchange.faults.mute();
    expect(run.feed.state().connected).toBe(true);
    run.exchange.faults.closeConnections(1006, '', 1);
    await until(
      () => run.feed.state().reconnects === 1 && run.feed.state().connected,
      'the third connection',
    );
    expect(run.lines.join('\n')).toMatch(/Binance connection \d of 3 closed with code 1006/);
  });

  it('stops while it still tries to start', async () => {
    const created = createFeed(feedOptions({ wsUrl: 'ws://127.0.0.1:9', restUrl: 'http://127.0.0.1:9' }));
    const started = created.feed.start(new Set(['1m'] as const));
    await until(() => created.feed.health().detail.includes('retrying'), 'the first failure');
    await created.feed.stop();
    await expect(started).rejects.toThrow('stopped');
    expect(created.feed.health()).toEqual({ status: 'failed', detail: 'the market feed is stopped' });
  });
});
