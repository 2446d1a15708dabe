import type { Config } from '../config';
import type { Logger } from '../log';
import { MarketFeed } from '../market/feed';
import { HttpSpans } from '../telemetry/spans-http';
import { MarketSpans } from '../telemetry/spans-market';
import type { Telemetry } from './telemetry';

export function assembleFeed(config: Config, { exchange, kline, spans }: Telemetry, log: Logger): MarketFeed {
  const { wsUrl, restUrl, symbolCount, candleWindow, feedSilenceMs: silenceMs } = config;
  const traced = { market: new MarketSpans(spans), http: new HttpSpans(spans) };
  const options = { wsUrl, restUrl, symbolCount, candleWindow, silenceMs };
  return new MarketFeed(options, { exchange, kline, spans: traced }, log);
}
