/** One symbol while the exchange runs: its open candles, and the closed ones that REST answers with. */
import { type Interval, openTimeAt, shiftOpenTime } from '../../src/market/interval';
import type { Candle } from '../../src/market/kline';
import { absorb, applyPrint, flatCandle, type LiveCandle, type Print } from './candle';
import type { SymbolFeed, SymbolStatus } from './symbol-feed';

/** Recorded candles kept per interval; more than any REST answer holds. */
const RECORDED_LIMIT = 3000;

/** Where trades are counted as they happen. */
export interface TradeCounts {
  trades(symbol: string, count: number): void;
}

export class LiveSymbol {
  readonly name: string;
  /** Set by an operator of the exchange; wins over the feed's own. */
  statusOverride: SymbolStatus | undefined;
  /** Left out of exchangeInfo and of every answer. */
  removed = false;
  /** No trades, but candles go on: flat ones. */
  withoutTrades = false;
  lastPrice: number;
  lastQuantity = 0;
  changed = false;
  nextPushMs = 0;
  /** The base candle being played. */
  #prints: readonly Print[] = [];
  #nextPrint = 0;
  baseExists = false;
  readonly open = new Map<Interval, LiveCandle>();
  readonly #recorded = new Map<Interval, Map<number, LiveCandle>>();
  #nextTradeId: number;
  readonly #firstLiveTradeId: number;

  constructor(
    readonly feed: SymbolFeed,
    readonly base: Interval,
    readonly liveFromMs: number,
  ) {
    this.name = feed.symbol;
    this.lastPrice = feed.priceAt(liveFromMs);
    this.#firstLiveTradeId = 1_000_000_000 + (Math.floor(liveFromMs / 1000) % 1_000_000_000);
    this.#nextTradeId = this.#firstLiveTradeId;
  }

  status(timeMs: number): SymbolStatus | undefined {
    if (this.removed) return undefined;
    const status = this.feed.status(timeMs);
    return status && (this.statusOverride ?? status);
  }

  get lastTradeId(): number {
    return this.#nextTradeId - 1;
  }

  /** Opens the next base candle, or lets it be missing. */
  openBase(openTimeMs: number, outage: boolean): void {
    const endMs = shiftOpenTime(this.base, openTimeMs, 1);
    this.baseExists = !outage && this.status(endMs - 1) === 'TRADING' && this.feed.exists(openTimeMs);
    this.#prints = this.baseExists ? this.feed.prints(openTimeMs) : [];
    this.#nextPrint = 0;
    this.open.set(this.base, flatCandle(openTimeMs, this.lastPrice));
    if (this.baseExists) for (const candle of this.open.values()) candle.exists = true;
  }

  /** Trades everything that falls due up to, and at, a moment. */
  play(untilMs: number, counts: TradeCounts): void {
    for (; this.#nextPrint < this.#prints.length; this.#nextPrint++) {
      const print = this.#prints[this.#nextPrint]!;
      if (print.timeMs > untilMs) return;
      if (this.withoutTrades) continue;
      this.#trade(print);
      counts.trades(this.name, print.trades);
    }
  }

  /** No more trades in the base candle that is open. */
  stopTrading(): void {
    this.#prints = [];
  }

  #trade(print: Print): void {
    for (const candle of this.open.values()) applyPrint(candle, print, this.lastPrice, this.#nextTradeId);
    this.#nextTradeId += print.trades;
    this.lastPrice = print.price;
    this.lastQuantity = print.volume / print.trades;
    this.changed = true;
  }

  /** Begins to keep an interval's candle; the part before now is put together from what is known. */
  watch(interval: Interval, timeMs: number): LiveCandle {
    const known = this.open.get(interval);
    if (known) return known;
    const openTimeMs = openTimeAt(interval, timeMs);
    const candle = this.assemble(interval, openTimeMs) ?? flatCandle(openTimeMs, this.lastPrice);
    if (interval === '1s') candle.exists = this.baseExists;
    this.open.set(interval, candle);
    return candle;
  }

  close(interval: Interval, candle: LiveCandle): void {
    let recorded = this.#recorded.get(interval);
    if (!recorded) {
      recorded = new Map();
      this.#recorded.set(interval, recorded);
    }
    recorded.set(candle.openTimeMs, candle);
    if (recorded.size > RECORDED_LIMIT) recorded.delete(recorded.keys().next().value!);
  }

  recorded(interval: Interval, openTimeMs: number): LiveCandle | undefined {
    return this.#recorded.get(interval)?.get(openTimeMs);
  }

  /** A candle that was not kept while it was open, added up from the base candles and the feed's part before. */
  assemble(interval: Interval, openTimeMs: number): LiveCandle | undefined {
    const endMs = shiftOpenTime(interval, openTimeMs, 1);
    const parts: Candle[] = [];
    if (openTimeMs < this.liveFromMs) {
      const head = this.feed.head(interval, openTimeMs, Math.min(endMs, this.liveFromMs));
      if (head) parts.push(this.#numbered(head));
    }
    const first = Math.max(openTimeMs, this.liveFromMs);
    for (let open = first; open < endMs; open = shiftOpenTime(this.base, open, 1)) {
      const part = this.recorded(this.base, open) ?? this.#openBase(open);
      if (part) parts.push(part);
    }
    return parts.length === 0 ? undefined : sum(openTimeMs, parts);
  }

  /** Trades of before the start have the ids that end where the live ones begin. */
  #numbered(head: Candle): Candle {
    const firstTradeId = head.trades === 0 ? -1 : this.#firstLiveTradeId - head.trades;
    return { ...head, firstTradeId, lastTradeId: this.#firstLiveTradeId - 1 } as Candle;
  }

  #openBase(openTimeMs: number): LiveCandle | undefined {
    const candle = this.open.get(this.base);
    return this.baseExists && candle?.openTimeMs === openTimeMs ? candle : undefined;
  }
}

function sum(openTimeMs: number, parts: readonly Candle[]): LiveCandle {
  const whole = flatCandle(openTimeMs, parts[0]!.open);
  whole.exists = true;
  for (const part of parts) absorb(whole, part);
  return whole;
}
