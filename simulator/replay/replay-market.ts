/** Opens recordings as a market. */
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { durationMsOf, type Interval, openTimeAt } from '../../src/market/interval';
import type { ReplayOptions } from '../exchange-options';
import type { SymbolFeed } from '../market/symbol-feed';
import { CandleFeed } from './candle-feed';
import { type CandleRecording, readCandles } from './recorded-candles';
import { type RecordedTrade, readTrades } from './recorded-trades';
import { Timeline } from './timeline';
import { TradeFeed } from './trade-feed';

/** History that is played by default: half of the recording, and no more than a client asks for at once. */
const MOST_HISTORY = 500;

/** @throws Error when nothing in the directory can be played, or a file cannot be read */
export function replayMarket(options: ReplayOptions, nowMs: number): { feeds: SymbolFeed[]; base: Interval } {
  const files = recordings(options.path).filter((path) => basename(path).includes(options.set ?? ''));
  const tradeFiles = files.filter(isTradeFile);
  const playsTrades = tradeFiles.length > 0 && tradeFiles.length === files.length;
  const base = playsTrades ? '1m' : (options.playAs ?? '1m');
  const liveFromMs = openTimeAt(base, nowMs);
  const feeds = playsTrades
    ? tradeFiles.map((path) => tradeFeed(readTrades(path), liveFromMs, options.history))
    : candleSets(files, options).flatMap((set) => candleFeeds(set, base, liveFromMs, options.history));
  if (feeds.length === 0)
    throw new Error(`no candle or trade recording ${options.set ?? ''} under ${options.path}`);
  return { feeds: withoutDuplicates(feeds), base };
}

function recordings(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return ['.', 'klines', 'ws']
    .flatMap((folder) => filesIn(join(path, folder)))
    .filter((file) => isTradeFile(file) || isCandleFile(file));
}

function filesIn(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
}

function isTradeFile(path: string): boolean {
  return /-trades.*\.txt(\.gz)?$/.test(path);
}

function isCandleFile(path: string): boolean {
  return /\.csv(\.gz)?$/.test(path);
}

/** A named set is played whole; unnamed, the richest one is. */
function candleSets(files: readonly string[], { set }: ReplayOptions): CandleRecording[] {
  const sets = files.filter(isCandleFile).map(readCandles);
  const byRichness = sets.sort((a, b) => b.candles.size - a.candles.size);
  return set === undefined ? byRichness.slice(0, 1) : byRichness;
}

function candleFeeds(
  set: CandleRecording,
  base: Interval,
  liveFromMs: number,
  history?: number,
): SymbolFeed[] {
  const count = (set.lastOpenMs - set.firstOpenMs) / set.intervalMs + 1;
  const before = history ?? Math.min(MOST_HISTORY, Math.floor(count / 2));
  const timeline = new Timeline(base, liveFromMs, set.firstOpenMs, set.intervalMs, before);
  return [...set.candles].map(
    ([symbol, candles]) => new CandleFeed(symbol, candles, timeline, set.lastOpenMs),
  );
}

function tradeFeed(trades: readonly RecordedTrade[], liveFromMs: number, history?: number): SymbolFeed {
  const firstMs = openTimeAt('1m', trades[0]!.timeMs);
  const count = (openTimeAt('1m', trades.at(-1)!.timeMs) - firstMs) / durationMsOf('1m') + 1;
  const before = history ?? Math.floor(count / 2);
  return new TradeFeed(trades, new Timeline('1m', liveFromMs, firstMs, durationMsOf('1m'), before));
}

function withoutDuplicates(feeds: readonly SymbolFeed[]): SymbolFeed[] {
  const bySymbol = new Map<string, SymbolFeed>();
  for (const feed of feeds) if (!bySymbol.has(feed.symbol)) bySymbol.set(feed.symbol, feed);
  return [...bySymbol.values()];
}
