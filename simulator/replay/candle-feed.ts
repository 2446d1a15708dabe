/** A recorded symbol: its candles before the start are history, the others are traded through while they are open. */
import { durationMsOf, type Interval, openTimeAt, shiftOpenTime } from '../../src/market/interval';
import type { Candle } from '../../src/market/kline';
import { hash } from '../generated/noise';
import { absorb, flatCandle, type LiveCandle, type Print } from '../market/candle';
import type { SymbolFeed, SymbolStatus } from '../market/symbol-feed';
import { pathOf, wholeCandle } from './candle-prints';
import { assetsOf, tickSizeOf } from './recorded-symbol';
import type { Timeline } from './timeline';

/** A longer hole is a halt of this symbol, a shorter one an outage of the exchange. */
const LONGEST_OUTAGE_CANDLES = 24;
/** When, within a candle, its open, its two extremes and its close are traded. */
const MOMENTS = [0.08, 0.34, 0.62, 0.9] as const;

export class CandleFeed implements SymbolFeed {
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly tickSize: number;
  readonly #candles = new Map<number, Candle>();
  readonly #openTimes: readonly number[];
  readonly #endMs: number;

  /** @param lastOpenMs recorded open time of the recording's last candle, of whatever symbol */
  constructor(
    symbol: string,
    recorded: readonly Candle[],
    private readonly timeline: Timeline,
    private readonly lastOpenMs: number,
  ) {
    this.symbol = symbol;
    ({ baseAsset: this.baseAsset, quoteAsset: this.quoteAsset } = assetsOf(symbol));
    this.tickSize = tickSizeOf(recorded[0]!.close);
    for (const candle of recorded) {
      const openTimeMs = timeline.playedAt(candle.openTimeMs);
      this.#candles.set(openTimeMs, { ...candle, openTimeMs });
    }
    this.#openTimes = [...this.#candles.keys()];
    this.#endMs = this.#openTimes.at(-1)! + timeline.playedMs;
  }

  status(timeMs: number): SymbolStatus | undefined {
    if (timeMs < this.#openTimes[0]!) return undefined;
    if (this.#outlasts(timeMs)) return 'TRADING';
    return this.#holeAt(timeMs) > LONGEST_OUTAGE_CANDLES ? 'BREAK' : 'TRADING';
  }

  /** After the recording's end its surviving symbols go on without a trade. */
  exists(openTimeMs: number): boolean {
    return this.#candles.has(openTimeMs) || this.#outlasts(openTimeMs);
  }

  prints(openTimeMs: number): readonly Print[] {
    const candle = this.#candles.get(openTimeMs);
    if (!candle || candle.volume === 0) return [];
    const jitter =
      (hash(this.symbol.length * 31 + this.symbol.charCodeAt(0), openTimeMs / 1000) % 1000) / 1000;
    const timeOf = (part: number) =>
      openTimeMs + Math.floor(this.timeline.playedMs * (MOMENTS[part]! + 0.08 * jitter));
    return candle.trades < MOMENTS.length ? [wholeCandle(candle, timeOf(1))] : pathOf(candle, timeOf);
  }

  recorded(openTimeMs: number): Candle | undefined {
    return this.#candles.get(openTimeMs);
  }

  priceAt(timeMs: number): number {
    const openTimeMs = this.#openTimes.findLast((open) => open + this.timeline.playedMs <= timeMs);
    return openTimeMs === undefined
      ? this.#candles.get(this.#openTimes[0]!)!.open
      : this.#candles.get(openTimeMs)!.close;
  }

  history(interval: Interval, fromOpenMs: number, toOpenMs: number): Candle[] {
    if (durationMsOf(interval) < this.timeline.playedMs) return [];
    const wholes = new Map<number, LiveCandle>();
    for (const [openTimeMs, candle] of this.#candles) {
      const whole = openTimeAt(interval, openTimeMs);
      if (whole < fromOpenMs || whole > toOpenMs) continue;
      if (!wholes.has(whole)) wholes.set(whole, flatCandle(whole, candle.open));
      absorb(wholes.get(whole)!, candle);
    }
    return [...wholes.values()];
  }

  head(interval: Interval, openTimeMs: number, untilMs: number): Candle | undefined {
    const parts = this.#openTimes.filter((open) => open >= openTimeMs && open < untilMs);
    if (parts.length === 0) return undefined;
    const whole = flatCandle(openTimeAt(interval, openTimeMs), this.#candles.get(parts[0]!)!.open);
    for (const open of parts) absorb(whole, this.#candles.get(open)!);
    return whole;
  }

  #outlasts(timeMs: number): boolean {
    return timeMs >= this.#endMs && this.#endMs > this.timeline.playedAt(this.lastOpenMs);
  }

  /** Length, in candles, of the hole that a moment falls into; endless behind the last candle. */
  #holeAt(timeMs: number): number {
    const openTimeMs = openTimeAt(this.timeline.base, timeMs);
    if (this.#candles.has(openTimeMs)) return 0;
    const next = this.#openTimes.find((open) => open > openTimeMs);
    const previous = this.#openTimes.findLast((open) => open < openTimeMs)!;
    if (next === undefined) return Number.POSITIVE_INFINITY;
    return (next - shiftOpenTime(this.timeline.base, previous, 1)) / this.timeline.playedMs;
  }
}
