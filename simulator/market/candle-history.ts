/** The candles REST answers with: those of the feed before the exchange was started, then what it streamed. */
import { durationMsOf, type Interval, openTimeAt, shiftOpenTime } from '../../src/market/interval';
import type { Candle } from '../../src/market/kline';
import type { LiveSymbol } from './live-symbol';

export interface HistoryQuery {
  readonly interval: Interval;
  /** Both ends count, by open time, epoch ms. */
  readonly startTimeMs: number | undefined;
  readonly endTimeMs: number | undefined;
  readonly limit: number;
}

/** Holes make an answer of the newest candles reach further back; this often at most. */
const EXTENSIONS = 20;

/** @returns at most `limit` candles, oldest first; the last one may still be open */
export function candleHistory(symbol: LiveSymbol, query: HistoryQuery, nowMs: number): Candle[] {
  const { interval, limit } = query;
  const newest = openTimeAt(interval, Math.min(nowMs, query.endTimeMs ?? nowMs));
  if (query.startTimeMs === undefined) return newestCandles(symbol, interval, newest, limit, nowMs);
  const opened = openTimeAt(interval, Math.max(0, query.startTimeMs));
  const first = opened < query.startTimeMs ? shiftOpenTime(interval, opened, 1) : opened;
  return candlesFrom(symbol, interval, first, newest, limit, nowMs);
}

function newestCandles(
  symbol: LiveSymbol,
  interval: Interval,
  newest: number,
  limit: number,
  nowMs: number,
): Candle[] {
  let rows: Candle[] = [];
  let to = newest;
  for (let tries = 0; tries < EXTENSIONS && rows.length < limit && to >= 0; tries++) {
    const from = Math.max(0, shiftOpenTime(interval, to, 1 - limit));
    rows = [...collect(symbol, interval, openTimeAt(interval, from), to, nowMs), ...rows];
    to = shiftOpenTime(interval, openTimeAt(interval, from), -1);
  }
  return rows.slice(-limit);
}

function candlesFrom(
  symbol: LiveSymbol,
  interval: Interval,
  first: number,
  newest: number,
  limit: number,
  nowMs: number,
): Candle[] {
  const rows: Candle[] = [];
  let from = first;
  for (let tries = 0; tries < EXTENSIONS && rows.length < limit && from <= newest; tries++) {
    const to = Math.min(newest, shiftOpenTime(interval, from, limit - 1));
    rows.push(...collect(symbol, interval, from, to, nowMs));
    from = shiftOpenTime(interval, to, 1);
  }
  return rows.slice(0, limit);
}

function collect(symbol: LiveSymbol, interval: Interval, from: number, to: number, nowMs: number): Candle[] {
  const firstLive = firstLiveOpen(symbol, interval);
  const lastOfFeed = Math.min(to, shiftOpenTime(interval, firstLive, -1));
  const rows = from <= lastOfFeed ? symbol.feed.history(interval, from, lastOfFeed) : [];
  for (let open = Math.max(from, firstLive); open <= to; open = shiftOpenTime(interval, open, 1)) {
    const candle = liveCandle(symbol, interval, open, nowMs);
    if (candle) rows.push(candle);
  }
  return rows;
}

/** The first candle that ended, or will end, while the exchange runs. */
function firstLiveOpen(symbol: LiveSymbol, interval: Interval): number {
  return openTimeAt(interval, symbol.liveFromMs);
}

function liveCandle(
  symbol: LiveSymbol,
  interval: Interval,
  openTimeMs: number,
  nowMs: number,
): Candle | undefined {
  const recorded = symbol.recorded(interval, openTimeMs);
  if (recorded) return recorded;
  const open = symbol.open.get(interval);
  if (open?.openTimeMs === openTimeMs) return open.exists ? open : undefined;
  if (durationMsOf(interval) < durationMsOf(symbol.base))
    return finerCandle(symbol, interval, openTimeMs, nowMs);
  return interval === symbol.base ? undefined : symbol.assemble(interval, openTimeMs);
}

function finerCandle(
  symbol: LiveSymbol,
  interval: Interval,
  openTimeMs: number,
  nowMs: number,
): Candle | undefined {
  if (shiftOpenTime(interval, openTimeMs, 1) > nowMs) return undefined;
  return symbol.feed.history(interval, openTimeMs, openTimeMs)[0];
}
