import type { Config } from '../config';
import type { Logger } from '../log';
import { MarketFeed } from '../market/feed';
import type { Telemetry } from './telemetry';

export function assembleFeed(config: Config, telemetry: Telemetry, log: Logger): MarketFeed {
  const { wsUrl, restUrl, symbolCount, candleWindow, feedSilenceMs: silenceMs } = config;
  return new MarketFeed({ wsUrl, restUrl, symbolCount, candleWindow, silenceMs }, telemetry, log);
}
