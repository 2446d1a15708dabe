/** Plays every symbol's prints against the exchange's clock and announces what its kline streams would say. */
import { type Interval, openTimeAt, shiftOpenTime } from '../../src/market/interval';
import type { ExchangeClock } from '../exchange-clock';
import { flatCandle, type LiveCandle } from './candle';
import { ClockFollower } from './clock-follower';
import type { KlineListener } from './kline-listener';
import { LiveSymbol, type TradeCounts } from './live-symbol';
import type { MarketFaults } from './market-faults';
import type { MarketTiming } from './market-timing';
import type { SymbolFeed } from './symbol-feed';

export class LiveMarket {
  readonly symbols = new Map<string, LiveSymbol>();
  readonly #follower: ClockFollower;
  #nextBoundaryMs: number;
  #openingPushMs = Number.POSITIVE_INFINITY;
  #nextSecondMs = Number.POSITIVE_INFINITY;
  readonly #listeners: KlineListener[] = [];

  constructor(
    feeds: readonly SymbolFeed[],
    readonly base: Interval,
    clock: ExchangeClock,
    private readonly timing: MarketTiming,
    private readonly faults: MarketFaults,
    private readonly trades: TradeCounts,
  ) {
    const followed = { nextEventMs: () => this.#nextEventMs(), step: (nowMs: number) => this.#step(nowMs) };
    this.#follower = new ClockFollower(clock, followed, timing.pushPeriodMs / 4);
    this.#nextBoundaryMs = shiftOpenTime(base, openTimeAt(base, this.timeMs), 1);
    for (const feed of feeds) this.list(feed);
  }

  get timeMs(): number {
    return this.#follower.timeMs;
  }

  start(): void {
    this.#follower.start();
  }

  stop(): void {
    this.#follower.stop();
  }

  onKline(listener: KlineListener): void {
    this.#listeners.push(listener);
  }

  list(feed: SymbolFeed): LiveSymbol {
    const symbol = new LiveSymbol(feed, this.base, openTimeAt(this.base, this.timeMs));
    this.symbols.set(symbol.name, symbol);
    this.#openBase(symbol, symbol.liveFromMs);
    symbol.play(this.timeMs, this.trades);
    symbol.changed = false;
    return symbol;
  }

  /** Keeps the interval's candle from now on, so that its stream can be pushed. */
  watch(symbolName: string, interval: Interval): void {
    this.symbols.get(symbolName)?.watch(interval, this.timeMs);
    if (interval === '1s' && this.base !== '1s') this.#nextSecondMs = openTimeAt('1s', this.timeMs) + 1000;
  }

  #nextEventMs(): number {
    return Math.min(this.#nextBoundaryMs + this.timing.closeDelayMs, this.#openingPushMs, this.#nextSecondMs);
  }

  #step(nowMs: number): void {
    const closesDue = nowMs >= this.#nextBoundaryMs + this.timing.closeDelayMs;
    const playedUntilMs = Math.min(nowMs, this.#nextBoundaryMs - 1, this.#nextSecondMs - 1);
    for (const symbol of this.symbols.values()) symbol.play(playedUntilMs, this.trades);
    if (nowMs >= this.#nextSecondMs && nowMs < this.#nextBoundaryMs) this.#closeSecond();
    if (closesDue) this.#closeBoundary();
    if (nowMs >= this.#openingPushMs) this.#pushOpenings();
    for (const symbol of this.symbols.values())
      if (symbol.changed && nowMs >= symbol.nextPushMs) this.#push(symbol);
  }

  #push(symbol: LiveSymbol): void {
    symbol.changed = false;
    symbol.nextPushMs = this.timeMs + this.timing.pushPeriodMs;
    for (const [interval, candle] of symbol.open) {
      if (interval !== '1s' || this.base === '1s') this.#announce(symbol, interval, candle, false);
    }
  }

  #announce(symbol: LiveSymbol, interval: Interval, candle: LiveCandle, closed: boolean): void {
    if (this.faults.isSkipped(symbol.name, interval, candle.openTimeMs)) return;
    if (interval === this.base && !symbol.baseExists) return;
    for (const listener of this.#listeners) listener(symbol, interval, candle, closed, this.timeMs);
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
    symbol.openBase(openTimeMs, this.faults.isOutage(symbol.name, this.base, openTimeMs));
  }

  /** The first push of the new candles, for symbols without a trade too. */
  #pushOpenings(): void {
    const openedMs = this.#openingPushMs - this.timing.openingDelayMs;
    this.#openingPushMs = Number.POSITIVE_INFINITY;
    for (const symbol of this.symbols.values()) {
      if (symbol.changed) {
        this.#push(symbol);
        continue;
      }
      for (const [interval, candle] of symbol.open) {
        if (candle.openTimeMs === openedMs && interval !== '1s')
          this.#announce(symbol, interval, candle, false);
      }
    }
  }
}
