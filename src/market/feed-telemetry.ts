import type { ExchangeTelemetry } from '../telemetry/exchange-telemetry';
import type { KlineTelemetry } from '../telemetry/kline-telemetry';
import type { LinkObserver, LinkSpans } from './exchange-link';

/** The feed's instruments. */
export interface FeedTelemetry {
  readonly exchange: ExchangeTelemetry;
  readonly kline: KlineTelemetry;
  readonly spans?: LinkSpans;
}

/** The part of them that single events concern; the rest is read from the feed when somebody scrapes. */
export function observerOf({ exchange, kline }: FeedTelemetry): LinkObserver {
  return {
    frameReceived: (latencyMs) => exchange.frameReceived(latencyMs),
    restAnswered: (endpoint, status) => exchange.restAnswered(endpoint, status),
    parseFailed: (symbol) => kline.parseFailed(symbol),
  };
}
