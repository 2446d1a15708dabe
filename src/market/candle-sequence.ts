import { CandleColumns } from './candle-columns';
import { GapCounter, isHalt } from './gap-counter';
import { mergeHistory } from './history-merge';
import { type Interval, shiftOpenTime } from './interval';
import type { Candle, KlineUpdate } from './kline';
import type { CandleTable } from './shared-columns';

/** What the events of a stream mean beyond the candles stored. */
export interface SequenceListener {
  /** A closed candle came in live, or the stream passed over its close. */
  candleClosed(openTimeMs: number): void;
  /** From here on the stream left a hole, or a candle without its close: history may have it. */
  repairNeeded(fromOpenMs: number): void;
}

/** The candles of one symbol × interval: their open times rise strictly, whatever order the events come in. */
export class CandleSequence {
  readonly columns: CandleColumns;
  private readonly gaps: GapCounter;
  private openEventTimeMs = 0;
  /** The newest closed candle whose close the stream has not confirmed: promoted, or taken from history. */
  private unconfirmedOpenMs: number | undefined;

  constructor(
    private readonly interval: Interval,
    table: CandleTable,
    slot: number,
    private readonly listener: SequenceListener,
  ) {
    this.columns = new CandleColumns(table, slot);
    this.gaps = new GapCounter(interval);
    this.clear();
  }

  get missing(): number {
    return this.gaps.missing;
  }

  clear(): void {
    this.columns.rewrite([], undefined);
    this.unconfirmedOpenMs = undefined;
  }

  /** @returns false for an event that says nothing new: a duplicate, or one older than what is stored */
  apply(update: KlineUpdate): boolean {
    const newest = this.columns.newestMs;
    const { openTimeMs } = update.candle;
    if (newest === undefined || openTimeMs > newest) return this.advance(update, newest);
    if (openTimeMs === newest && this.columns.hasOpen) return this.updateOpen(update);
    return update.closed && this.closeLate(update.candle);
  }

  /** Closed candles from history, in any order. Holes that only they reveal are counted. */
  merge(history: readonly Candle[]): void {
    if (history.length === 0) return;
    const { columns, interval } = this;
    const stored = columns.newestClosed(columns.closedCount);
    const merged = mergeHistory(interval, columns.window, stored, history);
    const newest = merged.at(-1)!.openTimeMs;
    const open = columns.openCandle;
    const stillOpen = open && open.openTimeMs > newest ? open : undefined;
    this.examine(stillOpen ? [...merged, stillOpen] : merged);
    if (newest !== columns.newestClosedMs) this.unconfirmedOpenMs = newest;
    columns.rewrite(merged, stillOpen);
  }

  /** The first event of a later candle than any before. */
  private advance({ candle, closed, eventTimeMs }: KlineUpdate, newest: number | undefined): true {
    if (this.columns.hasOpen) this.promote();
    if (newest !== undefined) this.crossGap(newest, candle.openTimeMs);
    this.gaps.cover(candle.openTimeMs);
    if (closed) this.close(candle);
    else this.setOpen(candle, eventTimeMs);
    return true;
  }

  private updateOpen({ candle, closed, eventTimeMs }: KlineUpdate): boolean {
    if (closed) this.close(candle);
    else if (eventTimeMs <= this.openEventTimeMs) return false;
    else this.setOpen(candle, eventTimeMs);
    return true;
  }

  private setOpen(candle: Candle, eventTimeMs: number): void {
    this.columns.setOpen(candle);
    this.openEventTimeMs = eventTimeMs;
  }

  private close(candle: Candle): void {
    this.columns.append(candle);
    this.unconfirmedOpenMs = undefined;
    this.listener.candleClosed(candle.openTimeMs);
  }

  /** The next candle began and this one's close never came: better its last known state than a hole. */
  private promote(): void {
    const openTimeMs = this.columns.openTimeAt(this.columns.closedCount);
    this.columns.promoteOpen();
    this.unconfirmedOpenMs = openTimeMs;
    this.listener.candleClosed(openTimeMs);
    this.listener.repairNeeded(openTimeMs);
  }

  private crossGap(newestMs: number, openTimeMs: number): void {
    if (this.gaps.examine(newestMs, openTimeMs) === 0) return;
    if (isHalt(this.interval, newestMs, openTimeMs, this.columns.window)) this.clear();
    this.listener.repairNeeded(shiftOpenTime(this.interval, newestMs, 1));
  }

  /** A close of a candle that is already stored unconfirmed, or that was thought lost. */
  private closeLate(candle: Candle): boolean {
    const index = this.columns.indexOf(candle.openTimeMs);
    if (index < 0) return this.fillHole(candle);
    if (candle.openTimeMs !== this.unconfirmedOpenMs) return false;
    this.columns.replace(index, candle);
    this.unconfirmedOpenMs = undefined;
    this.listener.candleClosed(candle.openTimeMs);
    return true;
  }

  private fillHole(candle: Candle): boolean {
    if (this.columns.closedCount === 0 || candle.openTimeMs < this.columns.openTimeAt(0)) return false;
    const unconfirmed = this.unconfirmedOpenMs;
    this.merge([candle]);
    this.unconfirmedOpenMs = unconfirmed;
    this.listener.candleClosed(candle.openTimeMs);
    return true;
  }

  private examine(candles: readonly Candle[]): void {
    for (let index = 1; index < candles.length; index++) {
      this.gaps.examine(candles[index - 1]!.openTimeMs, candles[index]!.openTimeMs);
    }
    this.gaps.cover(candles[0]!.openTimeMs);
    this.gaps.cover(candles.at(-1)!.openTimeMs);
  }
}
