/** Everything that can go wrong on the exchange, at the touch of a test or of the command line. */

import { type Interval, openTimeAt, shiftOpenTime } from '../../src/market/interval';
import type { ExchangeClock } from '../exchange-clock';
import type { LiveMarket } from '../market/live-market';
import type { LiveSymbol } from '../market/live-symbol';
import type { MarketFaults } from '../market/market-faults';
import type { SymbolFeed, SymbolStatus } from '../market/symbol-feed';
import type { RestFault, RestFaults } from '../rest/rest-faults';
import type { HandshakeFaults } from '../stream/handshake-faults';
import type { StreamFaults } from '../stream/stream-faults';
import type { StreamHub } from '../stream/stream-hub';
import type { Subscriber } from '../stream/subscriber';

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

export interface RestFaultOptions {
  /** Requests that meet it; without it, all until `restHealthy`. */
  readonly times?: number;
  readonly retryAfterSeconds?: number;
  readonly hangMs?: number;
}

export interface SkipOptions {
  /** Without it, every symbol. */
  readonly symbol?: string;
  /** Without it, the base interval; only the base interval can be missing from REST. */
  readonly interval?: Interval;
  /** REST has the candles that the stream lost. Default false. */
  readonly inRest?: boolean;
}

export class FaultSwitches {
  constructor(private readonly targets: FaultTargets) {}

  /** Closes now; code 1006 resets the TCP connection. @returns how many connections */
  closeConnections(code = 1006, reason = '', id?: number): number {
    return this.#each(id, (connection) => connection.close(code, reason));
  }

  /** The exchange forgets the connections without a word: no FIN, no pings, no data. */
  dropWithoutFin(id?: number): number {
    return this.#each(id, (connection) => connection.forget());
  }

  /** Takes TCP connections and never answers the handshake. */
  neverAnswer(on = true): void {
    this.targets.handshakeFaults.neverAnswer = on;
  }

  /** Answers handshakes with 403. */
  ban(on = true): void {
    this.targets.handshakeFaults.banned = on;
  }

  stopPings(on = true): void {
    this.targets.handshakeFaults.pings = !on;
  }

  /** Pings go on while the data of a connection stop; of the oldest when no id is given. */
  mute(id?: number, on = true): number {
    const chosen = id ?? this.targets.hub.connections.values().next().value?.id;
    return chosen === undefined ? 0 : this.#each(chosen, (connection) => (connection.muted = on));
  }

  /** Announces the shutdown, then closes `leadMs` later. */
  serverShutdown(leadMs = 0): void {
    const event = `{"e":"serverShutdown","E":${this.targets.clock.now()}}`;
    for (const connection of [...this.targets.hub.connections]) {
      connection.send(connection.combined ? `{"stream":"!serverShutdown","data":${event}}` : event);
      setTimeout(() => connection.close(1001, 'Server shutdown'), leadMs).unref();
    }
  }

  /** Sends the newest event of a stream, or of all, once more. */
  repeatLast(stream = '*'): void {
    const streams = stream === '*' ? this.targets.hub.streams() : [stream];
    for (const name of streams) this.targets.hub.repeatLast(name);
  }

  /** Every push repeats the newest event. */
  freeze(on = true): void {
    this.targets.streamFaults.frozen = on;
  }

  /** `x:true` never comes, on a stream or on all (`*`). */
  dropCloses(stream = '*', on = true): void {
    toggle(this.targets.streamFaults.droppedCloses, stream, on);
  }

  duplicateCloses(stream = '*', on = true): void {
    toggle(this.targets.streamFaults.doubledCloses, stream, on);
  }

  /** 0 ends it. */
  delayCloses(delayMs: number, stream = '*'): void {
    this.targets.streamFaults.delayedCloses.set(stream, delayMs);
  }

  /** The closes of a boundary come spread over this long; 0 is the exchange's burst. */
  spreadCloses(spreadMs: number): void {
    this.targets.streamFaults.closeSpreadMs = spreadMs;
  }

  /** The next event of a stream, or of any, carries an event time that lies back. */
  olderEvent(byMs: number, stream = '*'): void {
    this.targets.streamFaults.olderEvents.set(stream, byMs);
  }

  /** The next event of a stream, or of any, is about a candle that lies back. */
  olderCandle(candles = 1, stream = '*'): void {
    this.targets.streamFaults.olderCandles.set(stream, candles);
  }

  /** Takes the acknowledgement and sends nothing: a stream, or all. */
  silence(stream = '*', on = true): void {
    toggle(this.targets.streamFaults.silent, stream, on);
  }

  /** The next `count` candles to open are not seen. @returns the open time of the first */
  skipCandles(count: number, { symbol, interval, inRest = false }: SkipOptions = {}): number {
    const { market, marketFaults } = this.targets;
    const chosen = interval ?? market.base;
    const fromOpenMs = shiftOpenTime(chosen, openTimeAt(chosen, market.timeMs), 1);
    const toOpenMs = shiftOpenTime(chosen, fromOpenMs, count);
    marketFaults.cut({ symbol, interval: chosen, fromOpenMs, toOpenMs, inRest });
    return fromOpenMs;
  }

  /** Candles go on without a trade. */
  zeroTrades(symbol: string, on = true): void {
    this.#symbol(symbol).withoutTrades = on;
  }

  /** Status HALT: no trades and no candles from the next one on. */
  halt(symbol: string): void {
    this.#setStatus(symbol, 'HALT');
  }

  /** Status BREAK and silence; REST still answers with what was. `remove` takes it out of exchangeInfo too. */
  delist(symbol: string, remove = false): void {
    this.#setStatus(symbol, 'BREAK');
    this.#symbol(symbol).removed = remove;
  }

  /** Trading again, under the same name, after a halt or a delisting. */
  relist(symbol: string): void {
    const known = this.#symbol(symbol);
    known.removed = false;
    known.withoutTrades = false;
    known.statusOverride = undefined;
  }

  setStatus(symbol: string, status: SymbolStatus): void {
    this.#setStatus(symbol, status);
  }

  /** A new symbol against USDT, with no candle before now. */
  list(asset: string, price?: number): string {
    const { market, newFeed, clock } = this.targets;
    return market.list(newFeed(asset, price, openTimeAt(market.base, clock.now()))).name;
  }

  /** The old name ends and leaves exchangeInfo; the new one begins at its price. */
  rename(symbol: string, asset: string): string {
    const price = this.#symbol(symbol).lastPrice;
    this.delist(symbol, true);
    return this.list(asset, price);
  }

  rest(fault: RestFault, options: RestFaultOptions = {}): void {
    const { restFaults } = this.targets;
    restFaults.fault = fault;
    restFaults.remaining = options.times ?? Number.POSITIVE_INFINITY;
    restFaults.retryAfterSeconds = options.retryAfterSeconds ?? (fault === 418 ? 120 : 1);
    restFaults.hangMs = options.hangMs ?? 10_000;
  }

  restHealthy(): void {
    this.targets.restFaults.fault = undefined;
  }

  /** Steps the exchange's whole clock: event times, server time and candle boundaries with it. */
  shiftClock(byMs: number): void {
    this.targets.clock.shift(byMs);
  }

  /** Times of events have three more digits. */
  microseconds(on = true): void {
    this.targets.streamFaults.microseconds = on;
  }

  /** The next events are cut off in the middle. */
  truncate(events = 1): void {
    this.targets.streamFaults.truncateNext = events;
  }

  /** Sends an event of a type that nobody knows on every connection. */
  unknownEvent(type = 'mysteryEvent'): void {
    const event = `{"e":${JSON.stringify(type)},"E":${this.targets.clock.now()},"s":"BTCUSDT"}`;
    this.#each(undefined, (connection) => {
      connection.send(connection.combined ? `{"stream":"btcusdt@${type}","data":${event}}` : event);
    });
  }

  /** Sends these bytes on every connection. */
  sendToAll(frame: string): void {
    this.#each(undefined, (connection) => connection.send(frame));
  }

  /** Events carry fields that are not documented. */
  extraFields(on = true): void {
    this.targets.streamFaults.extraFields = on;
  }

  /** 1 to 10 times the trades, in generated markets, from the next candle on. */
  burst(factor: number): void {
    this.targets.load.burstFactor = factor;
  }

  #setStatus(symbol: string, status: SymbolStatus): void {
    const known = this.#symbol(symbol);
    known.statusOverride = status;
    if (status !== 'TRADING') known.prints = [];
  }

  #symbol(name: string): LiveSymbol {
    const symbol = this.targets.market.symbols.get(name);
    if (!symbol) throw new Error(`the simulated exchange lists no symbol ${name}`);
    return symbol;
  }

  #each(id: number | undefined, act: (connection: Subscriber) => void): number {
    const chosen = [...this.targets.hub.connections].filter(
      (connection) => id === undefined || connection.id === id,
    );
    chosen.forEach(act);
    return chosen.length;
  }
}

function toggle(patterns: Set<string>, pattern: string, on: boolean): void {
  if (on) patterns.add(pattern);
  else patterns.delete(pattern);
}
