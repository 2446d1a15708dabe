/** A symbol whose trades were recorded: each comes again, a whole number of minutes later. */
import { closeTimeOf, type Interval, openTimeAt, shiftOpenTime } from '../../src/market/interval';
import type { Candle } from '../../src/market/kline';
import { applyPrint, flatCandle, type Print } from '../market/candle';
import type { SymbolFeed, SymbolStatus } from '../market/symbol-feed';
import { printOf } from './kline-builder';
import { assetsOf, tickSizeOf } from './recorded-symbol';
import type { RecordedTrade } from './recorded-trades';
import type { Timeline } from './timeline';

export class TradeFeed implements SymbolFeed {
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly tickSize: number;
  readonly #prints: readonly Print[];
  readonly #firstOpenMs: number;

  constructor(trades: readonly RecordedTrade[], timeline: Timeline) {
    const shiftMs = timeline.playedAt(timeline.recordedFromMs) - timeline.recordedFromMs;
    this.symbol = trades[0]!.symbol;
    ({ baseAsset: this.baseAsset, quoteAsset: this.quoteAsset } = assetsOf(this.symbol));
    this.tickSize = tickSizeOf(trades[0]!.price);
    this.#prints = trades.map((trade) => printOf(trade, trade.timeMs + shiftMs));
    this.#firstOpenMs = openTimeAt('1m', this.#prints[0]!.timeMs);
  }

  status(timeMs: number): SymbolStatus | undefined {
    return timeMs < this.#firstOpenMs ? undefined : 'TRADING';
  }

  /** After the recording's end candles go on without a trade. */
  exists(openTimeMs: number): boolean {
    return openTimeMs >= this.#firstOpenMs;
  }

  prints(openTimeMs: number): readonly Print[] {
    return this.#between(openTimeMs, closeTimeOf('1m', openTimeMs) + 1);
  }

  priceAt(timeMs: number): number {
    return (this.#prints.findLast((print) => print.timeMs < timeMs) ?? this.#prints[0]!).price;
  }

  history(interval: Interval, fromOpenMs: number, toOpenMs: number): Candle[] {
    const candles: Candle[] = [];
    const first = Math.max(fromOpenMs, openTimeAt(interval, this.#firstOpenMs));
    for (let open = first; open <= toOpenMs; open = shiftOpenTime(interval, open, 1)) {
      candles.push(this.#candle(open, closeTimeOf(interval, open) + 1));
    }
    return candles;
  }

  head(_interval: Interval, openTimeMs: number, untilMs: number): Candle | undefined {
    return untilMs <= this.#firstOpenMs ? undefined : this.#candle(openTimeMs, untilMs);
  }

  #candle(openTimeMs: number, untilMs: number): Candle {
    const candle = flatCandle(openTimeMs, this.priceAt(openTimeMs));
    for (const print of this.#between(openTimeMs, untilMs)) applyPrint(candle, print, candle.close, 0);
    return candle;
  }

  #between(fromMs: number, untilMs: number): Print[] {
    return this.#prints.filter((print) => print.timeMs >= fromMs && print.timeMs < untilMs);
  }
}
