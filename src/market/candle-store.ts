import type { CandleSeries, SeriesListener } from './candle-series';
import { INTERVALS, type Interval } from './interval';
import { IntervalCandles } from './interval-candles';
import type { Candle, KlineUpdate } from './kline';
import type { CloseCount } from './market-view';
import type { CandleTable } from './shared-columns';
import { SlotDirectory } from './slot-directory';

/** The candles of every subscribed symbol × interval. */
export class CandleStore {
  private readonly byInterval = new Map<Interval, IntervalCandles>();
  private readonly slots: SlotDirectory;
  private members: readonly string[] = [];

  /** @param slots symbols that have room; more than are subscribed, so that a freed slot can rest */
  constructor(
    slots: number,
    private readonly window: number,
    private readonly listener: SeriesListener,
    private readonly now: () => number = Date.now,
  ) {
    this.slots = new SlotDirectory(slots);
  }

  get symbols(): readonly string[] {
    return this.members;
  }

  get intervals(): Interval[] {
    return INTERVALS.filter((interval) => this.byInterval.has(interval));
  }

  slotOf(symbol: string): number | undefined {
    return this.slots.slotOf(symbol);
  }

  table(interval: Interval): CandleTable | undefined {
    return this.byInterval.get(interval)?.table;
  }

  get(symbol: string, interval: Interval): CandleSeries | undefined {
    return this.byInterval.get(interval)?.get(symbol);
  }

  *series(): Iterable<CandleSeries> {
    for (const candles of this.byInterval.values()) yield* candles.series();
  }

  closesAt(interval: Interval, boundaryMs: number): CloseCount {
    return this.byInterval.get(interval)?.closesAt(boundaryMs) ?? { expected: 0, arrived: 0 };
  }

  /** @returns false for an event that is not needed: duplicate, stale, or of a series that is not subscribed */
  apply(update: KlineUpdate, receivedMs: number): boolean {
    return this.get(update.symbol, update.interval)?.apply(update, receivedMs) ?? false;
  }

  merge(series: CandleSeries, history: readonly Candle[]): void {
    this.byInterval.get(series.interval)?.merge(series, history);
  }

  /** Who leaves gives back the slot first, then the newcomers move in. */
  setSymbols(symbols: readonly string[]): void {
    const wanted = new Set(symbols);
    const leaving = this.members.filter((symbol) => !wanted.has(symbol));
    const coming = symbols.filter((symbol) => this.slots.slotOf(symbol) === undefined);
    for (const symbol of leaving) this.removeSymbol(symbol);
    for (const symbol of coming) this.addSymbol(symbol);
    this.members = Object.freeze([...symbols]);
  }

  setIntervals(intervals: ReadonlySet<Interval>): void {
    for (const interval of this.intervals) if (!intervals.has(interval)) this.removeInterval(interval);
    for (const interval of intervals) if (!this.byInterval.has(interval)) this.addInterval(interval);
  }

  private addSymbol(symbol: string): void {
    const slot = this.slots.take(symbol);
    for (const candles of this.byInterval.values()) candles.add(symbol, slot);
  }

  private removeSymbol(symbol: string): void {
    for (const candles of this.byInterval.values()) candles.remove(symbol);
    this.slots.release(symbol);
  }

  private addInterval(interval: Interval): void {
    const candles = new IntervalCandles(interval, this.slots.size, this.window, this.listener, this.now);
    for (const symbol of this.members) candles.add(symbol, this.slots.slotOf(symbol)!);
    this.byInterval.set(interval, candles);
  }

  private removeInterval(interval: Interval): void {
    const candles = this.byInterval.get(interval);
    for (const symbol of this.members) candles?.remove(symbol);
    this.byInterval.delete(interval);
  }
}
