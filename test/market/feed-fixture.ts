/** A feed against a simulated exchange, scaled so that a test takes seconds. */
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { SimulatedExchange } from '../../simulator/exchange';
import type { ExchangeOptions } from '../../simulator/exchange-options';
import { MarketFeed } from '../../src/market/feed';
import type { FeedOptions } from '../../src/market/feed-options';
import type { Interval } from '../../src/market/interval';
import { ExchangeTelemetry } from '../../src/telemetry/exchange-telemetry';
import { KlineTelemetry } from '../../src/telemetry/kline-telemetry';
import { type TestMeter, testMeter } from '../support/metrics';

export interface FeedFixture {
  readonly exchange: SimulatedExchange;
  readonly feed: MarketFeed;
  readonly metrics: TestMeter;
  /** Messages logged so far. */
  readonly lines: string[];
  stop(): Promise<void>;
}

export function collectingLogger(lines: string[]) {
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push((JSON.parse(String(chunk)) as { msg: string }).msg);
      done();
    },
  });
  return pino({ level: 'info' }, sink);
}

export function feedOptions(
  exchange: { wsUrl: string; restUrl: string },
  overrides: Partial<FeedOptions> = {},
): FeedOptions {
  return {
    wsUrl: exchange.wsUrl,
    restUrl: exchange.restUrl,
    symbolCount: 3,
    candleWindow: 20,
    silenceMs: 60_000,
    subscribeIntervalMs: 10,
    ackTimeoutMs: 2000,
    handshakeTimeoutMs: 1000,
    closeTimeoutMs: 100,
    backoff: { baseMs: 20, capMs: 200 },
    banMs: 200,
    restTimeoutMs: 30_000,
    repairDelayMs: 20,
    ...overrides,
  };
}

export function createFeed(options: FeedOptions) {
  const metrics = testMeter();
  const lines: string[] = [];
  const telemetry = {
    exchange: new ExchangeTelemetry(metrics.meter),
    kline: new KlineTelemetry(metrics.meter),
  };
  return { metrics, lines, feed: new MarketFeed(options, telemetry, collectingLogger(lines)) };
}

/** The exchange's clock stands still, hours behind this machine's, and moves only by `advance`. */
export const MANUAL_CLOCK = { manual: true, offsetMs: -6 * 3_600_000 } as const;

export async function startFixture(
  exchangeOptions: ExchangeOptions = {},
  overrides: Partial<FeedOptions> = {},
  intervals: readonly Interval[] = ['1m'],
): Promise<FeedFixture> {
  const exchange = await SimulatedExchange.start({
    symbols: 4,
    clock: MANUAL_CLOCK,
    ...exchangeOptions,
  });
  const created = createFeed(feedOptions(exchange, overrides));
  await created.feed.start(new Set(intervals));
  const stop = async () => {
    await created.feed.stop();
    await exchange.stop();
  };
  return { exchange, ...created, stop };
}

/** Waits for what events bring about; the time limit is the test's own. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  limitMs = 20_000,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${limitMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
