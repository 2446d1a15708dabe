import { CandleSeries, type SeriesListener } from './candle-series';
import { CloseCounter } from './close-counter';
import type { Interval } from './interval';
import type { Candle } from './kline';
import type { CloseCount } from './market-view';
import { allocateCandleTable, type CandleTable } from './shared-columns';
import { klineStream } from './stream-name';

/** Every symbol's candles of one interval: one shared table, one series per symbol. */
export class IntervalCandles {
  readonly table: CandleTable;
  private readonly bySymbol = new Map<string, CandleSeries>();
  private readonly closes: CloseCounter;
  private readonly listener: SeriesListener;

  constructor(
    private readonly interval: Interval,
    slots: number,
    window: number,
    listener: SeriesListener,
    private readonly now: () => number,
  ) {
    this.table = allocateCandleTable(interval, slots, window);
    this.closes = new CloseCounter(interval, () => this.bySymbol.values());
    this.listener = {
      repairNeeded: (series) => listener.repairNeeded(series),
      candleClosed: (series, openTimeMs) => {
        this.closes.closed(series, openTimeMs);
        listener.candleClosed(series, openTimeMs);
      },
    };
  }

  get(symbol: string): CandleSeries | undefined {
    return this.bySymbol.get(symbol);
  }

  series(): Iterable<CandleSeries> {
    return this.bySymbol.values();
  }

  add(symbol: string, slot: number): void {
    const stream = klineStream(symbol, this.interval);
    const place = { table: this.table, slot };
    this.bySymbol.set(
      symbol,
      new CandleSeries(symbol, this.interval, stream, place, this.listener, this.now()),
    );
    this.closes.invalidate();
  }

  remove(symbol: string): void {
    this.bySymbol.get(symbol)?.retire();
    this.bySymbol.delete(symbol);
    this.closes.invalidate();
  }

  merge(series: CandleSeries, history: readonly Candle[]): void {
    if (this.bySymbol.get(series.symbol) !== series) return;
    series.merge(history);
    this.closes.invalidate();
  }

  closesAt(boundaryMs: number): CloseCount {
    return this.closes.at(boundaryMs, this.bySymbol.size);
  }
}
