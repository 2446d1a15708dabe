import type { TickerUpdate } from './kline';
import { allocateTickerTable, TICKER_COLUMNS, type TickerTable } from './shared-columns';

/** One symbol's place in the ticker table. */
class TickerSeries {
  readonly labels: { readonly symbol: string };
  updates = 0;
  private eventTimeMs = 0;

  constructor(
    symbol: string,
    readonly slot: number,
  ) {
    this.labels = Object.freeze({ symbol });
  }

  /** @returns whether the event is newer than any before */
  accept(eventTimeMs: number): boolean {
    if (eventTimeMs <= this.eventTimeMs) return false;
    this.eventTimeMs = eventTimeMs;
    return true;
  }
}

/** The 24 h tickers of the subscribed symbols, in shared memory. */
export class TickerStore {
  readonly table: TickerTable;
  private readonly header: Int32Array;
  private readonly values: Float64Array;
  private readonly bySymbol = new Map<string, TickerSeries>();

  constructor(slots: number) {
    this.table = allocateTickerTable(slots);
    this.header = new Int32Array(this.table.header);
    this.values = new Float64Array(this.table.columns);
  }

  has(symbol: string): boolean {
    return this.bySymbol.has(symbol);
  }

  add(symbol: string, slot: number): void {
    this.write(slot, () =>
      this.values.fill(0, slot * TICKER_COLUMNS.length, (slot + 1) * TICKER_COLUMNS.length),
    );
    this.bySymbol.set(symbol, new TickerSeries(symbol, slot));
  }

  remove(symbol: string): void {
    const ticker = this.bySymbol.get(symbol);
    if (!ticker) return;
    this.bySymbol.delete(symbol);
    this.write(ticker.slot, () =>
      this.values.fill(0, ticker.slot * TICKER_COLUMNS.length, (ticker.slot + 1) * TICKER_COLUMNS.length),
    );
  }

  /** @returns false for an event that is not newer than the stored one, or of a symbol that is not subscribed */
  apply(update: TickerUpdate): boolean {
    if (!this.store(update)) return false;
    this.bySymbol.get(update.symbol)!.updates++;
    return true;
  }

  /** Figures that came with the universe: a first state, not an update. */
  seed(update: TickerUpdate): void {
    this.store(update);
  }

  series(): Iterable<{ readonly labels: { readonly symbol: string }; readonly updates: number }> {
    return this.bySymbol.values();
  }

  private store(update: TickerUpdate): boolean {
    const ticker = this.bySymbol.get(update.symbol);
    if (!ticker?.accept(update.eventTimeMs)) return false;
    this.write(ticker.slot, () => this.writeColumns(ticker.slot * TICKER_COLUMNS.length, update));
    return true;
  }

  private writeColumns(at: number, update: TickerUpdate): void {
    const { values } = this;
    values[at] = update.eventTimeMs;
    values[at + 1] = update.last;
    values[at + 2] = update.open;
    values[at + 3] = update.high;
    values[at + 4] = update.low;
    values[at + 5] = update.volume;
    values[at + 6] = update.quoteVolume;
  }

  private write(slot: number, change: () => void): void {
    Atomics.add(this.header, slot, 1);
    change();
    Atomics.add(this.header, slot, 1);
  }
}
