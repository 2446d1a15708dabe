import { afterEach, describe, expect, it } from '@jest/globals';
import { SimulatedExchange } from '../../simulator/exchange';
import { MarketFeed } from '../../src/market/feed';
import type { FeedOptions } from '../../src/market/feed-options';
import { ExchangeTelemetry } from '../../src/telemetry/exchange-telemetry';
import { KlineTelemetry } from '../../src/telemetry/kline-telemetry';
import { inSpan } from '../../src/telemetry/spans';
import { HttpSpans } from '../../src/telemetry/spans-http';
import { MarketSpans } from '../../src/telemetry/spans-market';
import { feedOptions, MANUAL_CLOCK, until } from '../market/feed-fixture';
import { testMeter } from '../support/metrics';
import { recordedSpans, tracedLog } from '../support/span-recorder';
import { drawTrace, outsideTheirParents } from '../support/trace-tree';

const recorded = recordedSpans();
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function simulated() {
  const exchange = await SimulatedExchange.start({ symbols: 4, clock: MANUAL_CLOCK });
  ends.push(() => exchange.stop());
  return exchange;
}

function feedOn(urls: { wsUrl: string; restUrl: string }, overrides: Partial<FeedOptions> = {}) {
  const { meter } = testMeter();
  const told = tracedLog();
  const spans = { market: new MarketSpans(recorded.spans), http: new HttpSpans(recorded.spans) };
  const telemetry = { exchange: new ExchangeTelemetry(meter), kline: new KlineTelemetry(meter), spans };
  const feed = new MarketFeed(feedOptions(urls, overrides), telemetry, told.log);
  ends.push(() => feed.stop());
  return { feed, told };
}

describe('the market feed', () => {
  it('tells of connecting and of history, a span for each interval, within what waits for them', async () => {
    const { feed } = feedOn(await simulated());
    await inSpan(recorded.spans.root('start'), () => feed.start(new Set(['1m', '5m'])));
    expect(drawTrace(recorded.all())).toBe(`start
  GET × 3
  exchange.connect
  market.backfill × 2
    GET × 3`);
    expect(outsideTheirParents(recorded.all())).toEqual([]);
    expect(recorded.one('exchange.connect').attributes).toEqual({
      'exchange.connection': 1,
      'exchange.streams': 7,
      'exchange.cause': 'first',
    });
    expect(recorded.named('market.backfill').map(({ attributes }) => attributes)).toEqual(
      ['1m', '5m'].map((interval) => ({
        ...{ 'market.interval': interval, 'market.symbols': 3, 'market.candles': 60 },
        'market.failures': 0,
      })),
    );
  });

  it('does not count what comes later to the start: a new interval’s history is a trace of its own', async () => {
    const { feed } = feedOn(await simulated());
    await inSpan(recorded.spans.root('start'), () => feed.start(new Set(['1m'])));
    await feed.requireIntervals(new Set(['1m', '15m']));
    const added = recorded.named('market.backfill').find(({ parentSpanId }) => parentSpanId === '');
    expect(added?.attributes['market.interval']).toBe('15m');
  });

  it('has a span for each attempt to connect; one that fails holds the line that says so', async () => {
    const exchange = await simulated();
    const { feed, told } = feedOn({ restUrl: exchange.restUrl, wsUrl: 'ws://127.0.0.1:9' });
    const started = feed.start(new Set(['1m'])).catch(() => undefined);
    await until(() => recorded.named('exchange.connect').length >= 2, 'two attempts');
    await feed.stop();
    await started;
    const [first, second] = recorded.named('exchange.connect');
    expect(first).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': 'closed' } });
    expect(second?.attributes['exchange.cause']).toBe('reconnect');
    expect(told.spanOf('reconnecting in')).toBe(first?.spanId);
  });
});
