import type { CandleSeries, SeriesListener } from './candle-series';
import { CandleStore } from './candle-store';
import { type Interval, shiftOpenTime } from './interval';
import type { Candle } from './kline';
import type { CloseCount, MarketView } from './market-view';
import type { CandleTable, TickerTable } from './shared-columns';
import { TickerStore } from './ticker-store';
import type { Universe } from './universe';

type CloseListener = (interval: Interval, boundaryMs: number) => void;

interface Surroundings {
  /** Told of each series whose stream left something out. */
  readonly repairNeeded: SeriesListener['repairNeeded'];
  /** Told of what a close listener throws: one listener's fault must not stop the feed. */
  readonly listenerFailed: (error: unknown) => void;
  /** The exchange's clock. */
  readonly now: () => number;
}

/** All market data of the machine: who is followed, their candles and their tickers. */
export class MarketData implements MarketView {
  readonly tickers: TickerStore;
  readonly candles: CandleStore;
  private readonly listeners = new Set<CloseListener>();
  private byStream = new Map<string, CandleSeries>();

  constructor(
    symbolCount: number,
    window: number,
    private readonly surroundings: Surroundings,
  ) {
    const { repairNeeded } = surroundings;
    const slots = symbolCount + Math.max(8, Math.ceil(symbolCount / 8));
    this.tickers = new TickerStore(slots);
    this.candles = new CandleStore(slots, window, {
      repairNeeded,
      candleClosed: ({ interval }, openTimeMs) => this.announce(interval, openTimeMs),
    });
  }

  now(): number {
    return this.surroundings.now();
  }

  symbols(): readonly string[] {
    return this.candles.symbols;
  }

  slotOf(symbol: string): number | undefined {
    return this.candles.slotOf(symbol);
  }

  candleTable(interval: Interval): CandleTable | undefined {
    return this.candles.table(interval);
  }

  tickerTable(): TickerTable {
    return this.tickers.table;
  }

  closesAt(interval: Interval, boundaryMs: number): CloseCount {
    return this.candles.closesAt(interval, boundaryMs);
  }

  onClose(listener: CloseListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  recentCandles(symbol: string, interval: Interval, count: number): readonly Candle[] {
    return this.candles.get(symbol, interval)?.recent(count) ?? [];
  }

  seriesOf(stream: string): CandleSeries | undefined {
    return this.byStream.get(stream);
  }

  streams(): Iterable<string> {
    return this.byStream.keys();
  }

  /** Symbols that left vanish with everything that was theirs; newcomers start empty. */
  setUniverse({ symbols, tickers }: Universe): void {
    const wanted = new Set(symbols);
    for (const symbol of this.symbols()) if (!wanted.has(symbol)) this.tickers.remove(symbol);
    this.candles.setSymbols(symbols);
    for (const symbol of symbols) {
      if (!this.tickers.has(symbol)) this.tickers.add(symbol, this.candles.slotOf(symbol)!);
    }
    for (const ticker of tickers) this.tickers.seed(ticker);
    this.index();
  }

  setIntervals(intervals: ReadonlySet<Interval>): void {
    this.candles.setIntervals(intervals);
    this.index();
  }

  private index(): void {
    this.byStream = new Map([...this.candles.series()].map((series) => [series.stream, series]));
  }

  private announce(interval: Interval, openTimeMs: number): void {
    const boundaryMs = shiftOpenTime(interval, openTimeMs, 1);
    for (const listener of this.listeners) {
      try {
        listener(interval, boundaryMs);
      } catch (error) {
        this.surroundings.listenerFailed(error);
      }
    }
  }
}
