import { CandleSequence } from './candle-sequence';
import { type Interval, openTimeAt, shiftOpenTime } from './interval';
import type { Candle, KlineUpdate } from './kline';
import type { CandleTable } from './shared-columns';

/** What a series tells its surroundings. */
export interface SeriesListener {
  candleClosed(series: CandleSeries, openTimeMs: number): void;
  repairNeeded(series: CandleSeries): void;
}

/** One symbol × interval: its candles, and how fresh they are. */
export class CandleSeries {
  readonly labels: { readonly symbol: string; readonly interval: Interval };
  /** Event time of the newest update; before the first one, the time of subscription. */
  lastEventTimeMs: number;
  updates = 0;
  /** This machine's time of the newest event, applied or not; 0 before the first. */
  heardAtMs = 0;
  /** When the exchange last acknowledged the stream. */
  subscribedAtMs: number;
  /** False once the series has left the store. */
  live = true;
  private readonly sequence: CandleSequence;
  private repairFromMs: number | undefined;

  constructor(
    readonly symbol: string,
    readonly interval: Interval,
    readonly stream: string,
    place: { readonly table: CandleTable; readonly slot: number },
    listener: SeriesListener,
    nowMs: number,
  ) {
    this.labels = Object.freeze({ symbol, interval });
    this.lastEventTimeMs = nowMs;
    this.subscribedAtMs = nowMs;
    this.sequence = new CandleSequence(interval, place.table, place.slot, {
      candleClosed: (openTimeMs) => listener.candleClosed(this, openTimeMs),
      repairNeeded: (fromOpenMs) => {
        this.needRepairFrom(fromOpenMs);
        listener.repairNeeded(this);
      },
    });
  }

  get closedCandles(): number {
    return this.sequence.columns.closedCount;
  }

  get missing(): number {
    return this.sequence.missing;
  }

  /** Whether the stream has said anything since it was last acknowledged. */
  get delivering(): boolean {
    return this.heardAtMs >= this.subscribedAtMs;
  }

  /** @returns false for a duplicate or stale event */
  apply(update: KlineUpdate, receivedMs: number): boolean {
    this.heardAtMs = receivedMs;
    if (!this.sequence.apply(update)) return false;
    const { eventTimeMs } = update;
    this.lastEventTimeMs = this.updates === 0 ? eventTimeMs : Math.max(this.lastEventTimeMs, eventTimeMs);
    this.updates++;
    return true;
  }

  /** Closed candles from history. */
  merge(history: readonly Candle[]): void {
    this.sequence.merge(history);
  }

  hasClosed(openTimeMs: number): boolean {
    const { columns } = this.sequence;
    return columns.newestClosedMs === openTimeMs || columns.indexOf(openTimeMs) >= 0;
  }

  get newestClosedMs(): number | undefined {
    return this.sequence.columns.newestClosedMs;
  }

  /** The newest closed candles, oldest first. */
  recent(count: number): Candle[] {
    return this.sequence.columns.newestClosed(count);
  }

  /** Whether the newest candle that has ended by then is not stored. */
  private isBehind(nowMs: number): boolean {
    return this.newestClosedMs !== shiftOpenTime(this.interval, openTimeAt(this.interval, nowMs), -1);
  }

  /** Whether history may have something for this series. */
  needsHistory(nowMs: number): boolean {
    return this.live && (this.repairFromMs !== undefined || this.isBehind(nowMs));
  }

  private needRepairFrom(openTimeMs: number): void {
    this.repairFromMs = Math.min(this.repairFromMs ?? openTimeMs, openTimeMs);
  }

  /** Open time from which history is wanted, if any is. Clears the mark. */
  takeRepairPoint(): number | undefined {
    const from = this.repairFromMs;
    this.repairFromMs = undefined;
    return from;
  }

  /** Forgets everything: the slot is about to belong to another symbol. */
  retire(): void {
    this.live = false;
    this.sequence.clear();
  }
}
