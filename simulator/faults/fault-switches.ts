/** Everything that can go wrong on the exchange, at the touch of a test or of the command line. */
import { type Interval, openTimeAt, shiftOpenTime } from '../../src/market/interval';
import type { LiveSymbol } from '../market/live-symbol';
import type { SymbolStatus } from '../market/symbol-feed';
import { EventSwitches } from './event-switches';

export interface SkipOptions {
  /** Without it, every symbol. */
  readonly symbol?: string;
  /** Without it, the base interval; only the base interval can be missing from REST. */
  readonly interval?: Interval;
  /** REST has the candles that the stream lost. Default false. */
  readonly inRest?: boolean;
}

/** Adds the faults of candles, symbols and the clock to those of events and connections. */
export class FaultSwitches extends EventSwitches {
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

  /** Steps the exchange's whole clock: event times, server time and candle boundaries with it. */
  shiftClock(byMs: number): void {
    this.targets.clock.shift(byMs);
  }

  /** 1 to 10 times the trades, in generated markets, from the next candle on. */
  burst(factor: number): void {
    this.targets.load.burstFactor = factor;
  }

  #setStatus(symbol: string, status: SymbolStatus): void {
    const known = this.#symbol(symbol);
    known.statusOverride = status;
    if (status !== 'TRADING') known.stopTrading();
  }

  #symbol(name: string): LiveSymbol {
    const symbol = this.targets.market.symbols.get(name);
    if (!symbol) throw new Error(`the simulated exchange lists no symbol ${name}`);
    return symbol;
  }
}
