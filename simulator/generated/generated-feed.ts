/** One generated symbol: its trades, and through them its candles, are a function of seed and time. */
import {
  candlesBetween,
  closeTimeOf,
  durationMsOf,
  type Interval,
  openTimeAt,
  shiftOpenTime,
} from '../../src/market/interval';
import type { Candle } from '../../src/market/kline';
import { applyPrint, flatCandle, type LiveCandle, type Print } from '../market/candle';
import type { SymbolFeed, SymbolStatus } from '../market/symbol-feed';
import { seedOf, uniform } from './noise';
import { PricePath } from './price-path';
import { PrintMaker } from './print-maker';
import type { SymbolProfile } from './symbol-profiles';

const MINUTE_MS = 60_000;
/** Up to this length a candle is added up from its trades; a longer one of the past is sampled. */
const EXACT_HISTORY_MS = MINUTE_MS;
const EXACT_HEAD_MS = 60 * MINUTE_MS;
/** A symbol that has not traded for so long is taken to stand at its fair price. */
const LOOK_BACK_MINUTES = 60;
const SAMPLES = 6;

export class GeneratedFeed implements SymbolFeed {
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly tickSize: number;
  readonly #seed: number;
  readonly #listedAtMs: number;
  readonly #path: PricePath;
  readonly #maker: PrintMaker;

  /** @param listedAtMs time of the first trade; by default the epoch */
  constructor(
    readonly profile: SymbolProfile,
    seed: number,
    listedAtMs = 0,
    burstFactor: () => number = () => 1,
  ) {
    this.symbol = profile.symbol;
    this.baseAsset = profile.baseAsset;
    this.quoteAsset = profile.quoteAsset;
    this.#seed = seedOf(profile.symbol, seed);
    this.#listedAtMs = listedAtMs;
    this.#path = new PricePath(this.#seed, profile.price, profile.volatility);
    this.#maker = new PrintMaker(profile, this.#seed, this.#path, burstFactor);
    this.tickSize = this.#maker.tickSize;
  }

  status(timeMs: number): SymbolStatus | undefined {
    return timeMs < this.#listedAtMs ? undefined : 'TRADING';
  }

  exists(openTimeMs: number): boolean {
    return openTimeMs + MINUTE_MS > this.#listedAtMs;
  }

  prints(openTimeMs: number): readonly Print[] {
    return this.exists(openTimeMs) ? this.#maker.prints(openTimeMs) : [];
  }

  priceAt(timeMs: number): number {
    let minute = openTimeAt('1m', timeMs - 1);
    const earliest = Math.max(minute - LOOK_BACK_MINUTES * MINUTE_MS, this.#listedAtMs - MINUTE_MS);
    for (; minute >= earliest; minute -= MINUTE_MS) {
      const price = this.#maker.lastPrice(minute, timeMs);
      if (price !== undefined) return price;
    }
    return this.#maker.round(this.#path.at(minute));
  }

  history(interval: Interval, fromOpenMs: number, toOpenMs: number): Candle[] {
    const candles: Candle[] = [];
    const first = Math.max(fromOpenMs, openTimeAt(interval, this.#listedAtMs));
    let price: number | undefined;
    for (let open = first; open <= toOpenMs; open = shiftOpenTime(interval, open, 1)) {
      price ??= this.priceAt(open);
      const candle = this.#candle(interval, open, closeTimeOf(interval, open) + 1, price, EXACT_HISTORY_MS);
      candles.push(candle);
      price = candle.close;
    }
    return candles;
  }

  head(interval: Interval, openTimeMs: number, untilMs: number): Candle | undefined {
    if (untilMs <= this.#listedAtMs) return undefined;
    return this.#candle(interval, openTimeMs, untilMs, this.priceAt(openTimeMs), EXACT_HEAD_MS);
  }

  #candle(interval: Interval, openMs: number, untilMs: number, price: number, exactMs: number): LiveCandle {
    return durationMsOf(interval, openMs) <= exactMs
      ? this.#added(openMs, untilMs, price)
      : this.#sampled(interval, openMs, untilMs, price);
  }

  #added(openMs: number, untilMs: number, price: number): LiveCandle {
    const candle = flatCandle(openMs, price);
    for (let minute = openTimeAt('1m', openMs); minute < untilMs; minute += MINUTE_MS) {
      for (const print of this.prints(minute)) {
        if (print.timeMs < openMs || print.timeMs >= untilMs) continue;
        applyPrint(candle, print, candle.close, 0);
      }
    }
    return candle;
  }

  /** Open and close are the true ones; the range is read off the fair price, the volume is the usual one. */
  #sampled(interval: Interval, openMs: number, untilMs: number, price: number): LiveCandle {
    const place = candlesBetween(interval, 0, openMs);
    const use = interval.charCodeAt(interval.length - 1) * 31 + interval.charCodeAt(0);
    const candle = flatCandle(openMs, price);
    const lengthMs = untilMs - openMs;
    const activity = 0.4 + 1.2 * uniform(this.#seed, place, use);
    const trades = Math.max(1, Math.round((this.profile.tradesPerMinute * activity * lengthMs) / MINUTE_MS));
    const close = this.priceAt(untilMs);
    const volume = this.#maker.roundVolume((trades * this.profile.meanTradeQuote) / price);
    const takerShare = 0.4 + 0.2 * uniform(this.#seed, place, use + 1);
    const print: Print = {
      timeMs: openMs,
      price: close,
      reachUp: 0,
      reachDown: 0,
      volume,
      trades,
      takerShare,
    };
    applyPrint(candle, print, price, 0);
    for (let sample = 1; sample <= SAMPLES; sample++) {
      const value = this.#maker.round(this.#path.at(openMs + (lengthMs * sample) / (SAMPLES + 1)));
      candle.high = Math.max(candle.high, value);
      candle.low = Math.min(candle.low, value);
    }
    return candle;
  }
}
