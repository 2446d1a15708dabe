/** Plays every symbol's prints against the exchange's clock and announces what its kline streams would say. */
import { durationMsOf, type Interval, openTimeAt, shiftOpenTime } from '../../src/market/interval';
import type { ExchangeClock } from '../exchange-clock';
import { flatCandle, type LiveCandle } from './candle';
import { LiveSymbol } from './live-symbol';
import type { MarketFaults } from './market-faults';
import type { SymbolFeed } from './symbol-feed';

/** Where trades are counted as they happen. */
export interface TradeCounts {
  trades(symbol: string, count: number): void;
}

export interface MarketTiming {
  /** Least time between two pushes of a stream; the exchange's is 2 s, and 1 s for interval 1s. */
  readonly pushPeriodMs: number;
  /** From a boundary to the closes of the candles that ended there. */
  readonly closeDelayMs: number;
  /** From a boundary to the first push of every new candle. */
  readonly openingDelayMs: number;
}

/** The exchange's own figures, as recorded on its sockets. */
export const EXCHANGE_TIMING: MarketTiming = { pushPeriodMs: 2000, closeDelayMs: 4, openingDelayMs: 2670 };

export type KlineListener = (
  symbol: LiveSymbol,
  interval: Interval,
  candle: LiveCandle,
  closed: boolean,
  eventTimeMs: number,
) => void;

/** Longest step of a clock that runs; a faster or manual clock is followed in steps of the push period. */
const TICK_MS = 50;

export class LiveMarket {
  readonly symbols = new Map<string, LiveSymbol>();
  #timeMs: number;
  #nextBoundaryMs: number;
  #openingPushMs = Number.POSITIVE_INFINITY;
  #nextSecondMs = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  readonly #liveFromMs: number;
  readonly #listeners: KlineListener[] = [];

  constructor(
    feeds: readonly SymbolFeed[],
    readonly base: Interval,
    private readonly clock: ExchangeClock,
    private readonly timing: MarketTiming,
    private readonly faults: MarketFaults,
    private readonly trades: TradeCounts,
  ) {
    this.#timeMs = clock.now();
    this.#liveFromMs = openTimeAt(base, this.#timeMs);
    this.#nextBoundaryMs = shiftOpenTime(base, this.#liveFromMs, 1);
    for (const feed of feeds) this.list(feed);
  }

  get timeMs(): number {
    return this.#timeMs;
  }

  start(): void {
    this.clock.onAdvance(() => this.#advanceTo(this.clock.now()));
    if (!this.clock.manual) this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  onKline(listener: KlineListener): void {
    this.#listeners.push(listener);
  }

  list(feed: SymbolFeed): LiveSymbol {
    const symbol = new LiveSymbol(feed, this.base, openTimeAt(this.base, this.#timeMs));
    this.symbols.set(symbol.name, symbol);
    this.#openBase(symbol, symbol.liveFromMs);
    this.#play(symbol, this.#timeMs);
    symbol.changed = false;
    return symbol;
  }

  /** Keeps the interval's candle from now on, so that its stream can be pushed. */
  watch(symbolName: string, interval: Interval): boolean {
    const symbol = this.symbols.get(symbolName);
    if (!symbol || this.#playsFinerThan(interval)) return false;
    symbol.watch(interval, this.#timeMs);
    if (interval === '1s' && this.base !== '1s') this.#nextSecondMs = openTimeAt('1s', this.#timeMs) + 1000;
    return true;
  }

  /** Recorded candles say nothing about what happened inside them. */
  #playsFinerThan(interval: Interval): boolean {
    return durationMsOf(interval) < durationMsOf(this.base) && interval !== '1s';
  }

  #schedule(): void {
    if (this.#stopped) return;
    const untilMs = Math.min(TICK_MS, this.clock.realMsUntil(this.#nextEventMs()));
    this.#timer = setTimeout(() => {
      this.#advanceTo(this.clock.now());
      this.#schedule();
    }, untilMs);
  }

  #nextEventMs(): number {
    return Math.min(this.#nextBoundaryMs + this.timing.closeDelayMs, this.#openingPushMs, this.#nextSecondMs);
  }

  /** A clock that was set back is waited for; one that was set on is caught up with, candle by candle. */
  #advanceTo(nowMs: number): void {
    while (this.#timeMs < nowMs && !this.#stopped) {
      const longest = this.#timeMs + Math.max(TICK_MS, this.timing.pushPeriodMs / 4);
      this.#timeMs = Math.min(nowMs, longest, Math.max(this.#nextEventMs(), this.#timeMs + 1));
      this.#step();
    }
  }

  #step(): void {
    const nowMs = this.#timeMs;
    const closesDue = nowMs >= this.#nextBoundaryMs + this.timing.closeDelayMs;
    const playedUntilMs = Math.min(nowMs, this.#nextBoundaryMs - 1, this.#nextSecondMs - 1);
    for (const symbol of this.symbols.values()) this.#play(symbol, playedUntilMs);
    if (nowMs >= this.#nextSecondMs && nowMs < this.#nextBoundaryMs) this.#closeSecond();
    if (closesDue) this.#closeBoundary();
    if (nowMs >= this.#openingPushMs) this.#pushOpenings();
    for (const symbol of this.symbols.values())
      if (symbol.changed && nowMs >= symbol.nextPushMs) this.#push(symbol);
  }

  #play(symbol: LiveSymbol, untilMs: number): void {
    if (!symbol.baseExists) return;
    for (; symbol.nextPrint < symbol.prints.length; symbol.nextPrint++) {
      const print = symbol.prints[symbol.nextPrint]!;
      if (print.timeMs > untilMs) return;
      if (symbol.withoutTrades) continue;
      symbol.trade(print);
      this.trades.trades(symbol.name, print.trades);
    }
  }

  #push(symbol: LiveSymbol): void {
    symbol.changed = false;
    symbol.nextPushMs = this.#timeMs + this.timing.pushPeriodMs;
    for (const [interval, candle] of symbol.open) {
      if (interval !== '1s' || this.base === '1s') this.#announce(symbol, interval, candle, false);
    }
  }

  #announce(symbol: LiveSymbol, interval: Interval, candle: LiveCandle, closed: boolean): void {
    if (this.faults.isSkipped(symbol.name, interval, candle.openTimeMs)) return;
    if (interval === this.base && !symbol.baseExists) return;
    for (const listener of this.#listeners) listener(symbol, interval, candle, closed, this.#timeMs);
  }

  #closeBoundary(): void {
    const boundaryMs = this.#nextBoundaryMs;
    this.#nextBoundaryMs = shiftOpenTime(this.base, boundaryMs, 1);
    this.#openingPushMs = boundaryMs + this.timing.openingDelayMs;
    if (this.#nextSecondMs <= boundaryMs) this.#nextSecondMs = boundaryMs + 1000;
    for (const symbol of this.symbols.values()) {
      for (const [interval, candle] of symbol.open) {
        if (openTimeAt(interval, boundaryMs) === candle.openTimeMs) continue;
        if (interval !== this.base) this.#close(symbol, interval, candle, boundaryMs);
      }
      this.#close(symbol, this.base, symbol.open.get(this.base)!, boundaryMs);
      this.#openBase(symbol, boundaryMs);
      symbol.nextPushMs = this.#openingPushMs;
      symbol.changed = false;
    }
  }

  #close(symbol: LiveSymbol, interval: Interval, candle: LiveCandle, boundaryMs: number): void {
    symbol.open.set(interval, flatCandle(openTimeAt(interval, boundaryMs), symbol.lastPrice));
    if (!candle.exists) return;
    if (interval === this.base && candle.trades > 0)
      Object.assign(candle, symbol.feed.recorded?.(candle.openTimeMs));
    symbol.close(interval, candle);
    this.#announce(symbol, interval, candle, true);
  }

  #closeSecond(): void {
    const boundaryMs = this.#nextSecondMs;
    this.#nextSecondMs = boundaryMs + 1000;
    for (const symbol of this.symbols.values()) {
      const candle = symbol.open.get('1s');
      if (!candle) continue;
      this.#close(symbol, '1s', candle, boundaryMs);
      symbol.open.get('1s')!.exists = symbol.baseExists;
    }
  }

  #openBase(symbol: LiveSymbol, openTimeMs: number): void {
    const trading = symbol.status(openTimeMs + durationMsOf(this.base) - 1) === 'TRADING';
    symbol.baseExists =
      trading && symbol.feed.exists(openTimeMs) && !this.faults.isOutage(symbol.name, this.base, openTimeMs);
    symbol.prints = symbol.baseExists ? symbol.feed.prints(openTimeMs) : [];
    symbol.nextPrint = 0;
    symbol.open.set(this.base, flatCandle(openTimeMs, symbol.lastPrice));
    if (symbol.baseExists) for (const candle of symbol.open.values()) candle.exists = true;
  }

  /** The first push of the new candles, for symbols without a trade too. */
  #pushOpenings(): void {
    const openedMs = this.#openingPushMs - this.timing.openingDelayMs;
    this.#openingPushMs = Number.POSITIVE_INFINITY;
    for (const symbol of this.symbols.values()) {
      if (symbol.changed) this.#push(symbol);
      else this.#pushNew(symbol, openedMs);
    }
  }

  #pushNew(symbol: LiveSymbol, openedMs: number): void {
    for (const [interval, candle] of symbol.open) {
      if (candle.openTimeMs === openedMs && interval !== '1s')
        this.#announce(symbol, interval, candle, false);
    }
  }
}
