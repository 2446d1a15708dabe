import type { ExchangeClock } from '../exchange-clock';
import type { LiveMarket } from '../market/live-market';
import type { MarketFaults } from '../market/market-faults';
import type { SymbolFeed } from '../market/symbol-feed';
import type { RestFaults } from '../rest/rest-faults';
import type { HandshakeFaults } from '../stream/handshake-faults';
import type { StreamFaults } from '../stream/stream-faults';
import type { StreamHub } from '../stream/stream-hub';

/** The parts of the exchange that faults reach into. */
export interface FaultTargets {
  readonly clock: ExchangeClock;
  readonly market: LiveMarket;
  readonly hub: StreamHub;
  readonly marketFaults: MarketFaults;
  readonly streamFaults: StreamFaults;
  readonly handshakeFaults: HandshakeFaults;
  readonly restFaults: RestFaults;
  readonly load: { burstFactor: number };
  /** @param price undefined: any */
  readonly newFeed: (asset: string, price: number | undefined, listedAtMs: number) => SymbolFeed;
}
