/** Candle files of any column layout, read into one form. */
import { basename } from 'node:path';
import type { Candle } from '../../src/market/kline';
import { readText } from './recorded-text';

export interface CandleRecording {
  readonly name: string;
  /** Distance of neighbouring candles. */
  readonly intervalMs: number;
  readonly firstOpenMs: number;
  readonly lastOpenMs: number;
  /** Strictly rising in open time: the duplicate rows of page joins are dropped. */
  readonly candles: ReadonlyMap<string, readonly Candle[]>;
}

type Column = 'time' | 'symbol' | keyof Omit<Candle, 'openTimeMs'>;

const COLUMN_NAMES: Readonly<Record<string, Column>> = {
  open_time: 'time',
  open_time_ms: 'time',
  symbol: 'symbol',
  open: 'open',
  high: 'high',
  low: 'low',
  close: 'close',
  volume: 'volume',
  quote_volume: 'quoteVolume',
  quote_asset_volume: 'quoteVolume',
  count: 'trades',
  num_trades: 'trades',
  taker_buy_volume: 'takerBuyBase',
  taker_buy_base: 'takerBuyBase',
  taker_buy_quote_volume: 'takerBuyQuote',
  taker_buy_quote: 'takerBuyQuote',
};
/** Layout of the files that have no header. */
const HEADERLESS: readonly (Column | undefined)[] = [
  'time',
  'open',
  'close',
  'low',
  'high',
  'volume',
  'trades',
];
/** Trades of a candle whose file does not count them: as many as its price path needs. */
export const ASSUMED_TRADES = 4;

/** @throws Error that names the file and line of a row that is no candle */
export function readCandles(path: string): CandleRecording {
  const lines = readText(path)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const first = lines[0]?.split(',') ?? [];
  const headed = Number.isNaN(Number(first[0]));
  const columns = headed ? first.map((name) => COLUMN_NAMES[name.trim()]) : HEADERLESS;
  const bySymbol = new Map<string, Map<number, Candle>>();
  const fileSymbol = symbolOfFile(path);
  for (let index = headed ? 1 : 0; index < lines.length; index++) {
    const { symbol, candle } = readRow(lines[index]!, columns, `${path}:${index + 1}`);
    const name = symbol ?? fileSymbol;
    if (!bySymbol.has(name)) bySymbol.set(name, new Map());
    bySymbol.get(name)!.set(candle.openTimeMs, candle);
  }
  return toRecording(basename(path), bySymbol);
}

function toRecording(
  name: string,
  bySymbol: ReadonlyMap<string, ReadonlyMap<number, Candle>>,
): CandleRecording {
  const candles = new Map<string, readonly Candle[]>();
  let [intervalMs, firstOpenMs, lastOpenMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0];
  for (const [symbol, byTime] of bySymbol) {
    const sorted = [...byTime.values()].sort((a, b) => a.openTimeMs - b.openTimeMs);
    candles.set(symbol, sorted);
    firstOpenMs = Math.min(firstOpenMs, sorted[0]!.openTimeMs);
    lastOpenMs = Math.max(lastOpenMs, sorted.at(-1)!.openTimeMs);
    for (let index = 1; index < sorted.length; index++) {
      intervalMs = Math.min(intervalMs, sorted[index]!.openTimeMs - sorted[index - 1]!.openTimeMs);
    }
  }
  return { name, intervalMs, firstOpenMs, lastOpenMs, candles };
}

function readRow(
  line: string,
  columns: readonly (Column | undefined)[],
  place: string,
): { symbol: string | undefined; candle: Candle } {
  const cells = aligned(line.trim().split(','), columns.length);
  const values = new Map<Column, string>();
  columns.forEach((column, index) => {
    if (column !== undefined && cells[index] !== undefined) values.set(column, cells[index]);
  });
  const number = (column: Column): number => {
    const value = Number(values.get(column) || Number.NaN);
    if (!Number.isFinite(value)) throw new Error(`${place}: no ${column} in a candle's row`);
    return value;
  };
  return { symbol: values.get('symbol'), candle: toCandle(number, values) };
}

function toCandle(number: (column: Column) => number, values: ReadonlyMap<Column, string>): Candle {
  const [open, high, low, close, volume] = [
    number('open'),
    number('high'),
    number('low'),
    number('close'),
    number('volume'),
  ];
  const optional = (column: Column, assumed: number) => (values.has(column) ? number(column) : assumed);
  const quoteVolume = optional('quoteVolume', (volume * (open + high + low + close)) / 4);
  return {
    openTimeMs: toMilliseconds(number('time')),
    open,
    high,
    low,
    close,
    volume,
    quoteVolume,
    trades: optional('trades', volume > 0 ? ASSUMED_TRADES : 0),
    takerBuyBase: optional('takerBuyBase', volume / 2),
    takerBuyQuote: optional('takerBuyQuote', quoteVolume / 2),
  };
}

/** Some rows carry one cell twice, which shifts all that follow: the first repeated cell is dropped. */
function aligned(cells: string[], width: number): string[] {
  if (cells.length <= width) return cells;
  const repeated = cells.findIndex((cell, index) => index > 0 && cell === cells[index - 1]);
  return repeated < 0 ? cells : cells.filter((_, index) => index !== repeated);
}

/** Seconds, milliseconds and microseconds are told apart by their size. */
function toMilliseconds(time: number): number {
  if (time < 1e11) return time * 1000;
  return time < 1e14 ? time : Math.floor(time / 1000);
}

/** Files of one symbol name it in their own name, in full or as the coin alone. */
function symbolOfFile(path: string): string {
  const name = basename(path);
  const full = /[A-Z0-9]{2,}(USDT|BUSD|BTC)/.exec(name)?.[0];
  return full ?? `${(/-(btc|eth|bnb|sol)-/.exec(name)?.[1] ?? 'unknown').toUpperCase()}USDT`;
}
