/** What the exchange would have pushed on a kline stream, rebuilt from the trades that were behind it. */
import { type Interval, openTimeAt, shiftOpenTime } from '../../src/market/interval';
import { applyPrint, flatCandle, type LiveCandle, type Print } from '../market/candle';
import type { RecordedTrade } from './recorded-trades';

export interface RebuiltKline {
  readonly symbol: string;
  readonly interval: Interval;
  readonly eventTimeMs: number;
  readonly candle: LiveCandle;
  readonly closed: boolean;
}

export interface RebuildOptions {
  readonly interval?: Interval;
  /** Least time between two pushes. Default 2000; 1000 for interval 1s. */
  readonly pushPeriodMs?: number;
  /** From a boundary to the close. Default 4. */
  readonly closeDelayMs?: number;
  /** From a boundary to the first push of the new candle, which comes without trades too. Default 2670. */
  readonly openingDelayMs?: number;
}

export function printOf(trade: RecordedTrade, timeMs = trade.timeMs): Print {
  return {
    timeMs,
    firstPrice: trade.price,
    price: trade.price,
    reachUp: 0,
    reachDown: 0,
    volume: trade.quantity,
    quoteVolume: trade.price * trade.quantity,
    trades: 1,
    takerShare: trade.buyerIsMaker ? 0 : 1,
  };
}

/** @param trades of one symbol, in order of time. @returns events in order; the last candle stays open */
export function rebuildKlines(
  trades: readonly RecordedTrade[],
  options: RebuildOptions = {},
): RebuiltKline[] {
  const first = trades[0];
  if (!first) return [];
  const stream = new RebuiltStream(first, options);
  for (const trade of trades) stream.trade(trade);
  stream.flush();
  return stream.events;
}

class RebuiltStream {
  readonly events: RebuiltKline[] = [];
  readonly #interval: Interval;
  readonly #pushPeriodMs: number;
  readonly #closeDelayMs: number;
  readonly #openingDelayMs: number;
  #candle: LiveCandle;
  #nextPushMs: number;
  /** Time of the first change since the last push. */
  #changedMs: number | undefined;

  constructor(
    private readonly first: RecordedTrade,
    options: RebuildOptions,
  ) {
    this.#interval = options.interval ?? '1m';
    this.#pushPeriodMs = options.pushPeriodMs ?? (this.#interval === '1s' ? 1000 : 2000);
    this.#closeDelayMs = options.closeDelayMs ?? 4;
    this.#openingDelayMs = options.openingDelayMs ?? (this.#interval === '1s' ? 0 : 2670);
    this.#candle = flatCandle(openTimeAt(this.#interval, first.timeMs), first.price);
    this.#nextPushMs = first.timeMs;
  }

  trade(trade: RecordedTrade): void {
    while (trade.timeMs >= this.#endMs()) this.#close();
    if (trade.timeMs > this.#dueMs()) this.flush();
    applyPrint(this.#candle, printOf(trade), this.#candle.close, trade.id);
    this.#changedMs ??= trade.timeMs;
  }

  /** Pushes what changed since the last push, at the moment that it fell due. */
  flush(): void {
    const dueMs = this.#dueMs();
    if (dueMs === Number.POSITIVE_INFINITY) return;
    this.#nextPushMs = dueMs + this.#pushPeriodMs;
    this.#push(dueMs, false);
  }

  /** The first change that was not pushed yet waits for the period since the last push to end. */
  #dueMs(): number {
    return Math.max(this.#nextPushMs, this.#changedMs ?? Number.POSITIVE_INFINITY);
  }

  #endMs(): number {
    return shiftOpenTime(this.#interval, this.#candle.openTimeMs, 1);
  }

  #close(): void {
    if (this.#dueMs() < this.#endMs()) this.flush();
    this.#push(this.#endMs() + this.#closeDelayMs, true);
    this.#candle = flatCandle(this.#endMs(), this.#candle.close);
    this.#nextPushMs = this.#candle.openTimeMs + this.#openingDelayMs;
    if (this.#interval !== '1s') this.#changedMs = this.#candle.openTimeMs;
  }

  #push(eventTimeMs: number, closed: boolean): void {
    this.#changedMs = undefined;
    const { symbol } = this.first;
    this.events.push({ symbol, interval: this.#interval, eventTimeMs, candle: { ...this.#candle }, closed });
  }
}
