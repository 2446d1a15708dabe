import { durationMsOf, INTERVALS, isInterval } from '../../src/market/interval';
import { distributionOf } from './distribution';
import type { Page, Sample } from './page';
import type { FeedReading, IntervalReading, SymbolAge } from './reading';

const KEY_SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'BNBUSDT', 'SOLUSDT', 'XRPUSDT'];
const KEY_SYMBOLS_SHOWN = 3;
/** Beyond the interval: the alert KlineStaleFeed uses the same. */
export const STALE_BEYOND_INTERVAL_SECONDS = 120;

/** @param machineMs the machine's clock, where it is known */
export function readFeed(page: Page, machineMs: number | undefined): FeedReading {
  const connected = page.value('binance_ws_connected');
  return {
    connected: connected === undefined ? null : connected > 0,
    connections: page.sumBy('binance_ws_connections', 'state'),
    symbols: page.sumBy('market_symbols', 'state'),
    reconnects: page.sum('binance_ws_reconnects_total'),
    messages: page.sumBy('binance_ws_messages_total', 'type'),
    latencyMs: distributionOf(page, 'binance_ws_latency_ms'),
    clockSkew: page.sum('binance_ws_clock_skew_total'),
    skewSeconds: machineMs === undefined ? null : (newestUpdateMs(page) - machineMs) / 1000,
    parseErrors: page.sum('kline_parse_errors_total'),
    tickerSymbols: page.samples('binance_ticker_updates_total').length,
    tickerUpdates: page.sum('binance_ticker_updates_total'),
    rest: restOf(page),
    intervals: intervalsOf(page),
    keySymbols: keySymbolsOf(page),
  };
}

function newestUpdateMs(page: Page): number {
  return page
    .samples('kline_last_update_timestamp')
    .reduce((newest, { value }) => Math.max(newest, value), -Infinity);
}

function restOf(page: Page): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { labels, value } of page.samples('binance_rest_requests_total')) {
    const key = `${labels.endpoint ?? '?'} ${labels.status ?? '?'}`;
    counts.set(key, (counts.get(key) ?? 0) + value);
  }
  return Object.fromEntries(counts);
}

function intervalsOf(page: Page): IntervalReading[] {
  const ages = groupedByInterval(page.samples('kline_data_age_seconds'));
  const buffers = groupedByInterval(page.samples('kline_buffer_size'));
  const updates = page.sumBy('kline_updates_total', 'interval');
  const missing = page.sumBy('kline_missing_data_total', 'interval');
  const order = (name: string) => (INTERVALS as readonly string[]).indexOf(name);
  return [...ages.keys()]
    .sort((a, b) => order(a) - order(b))
    .map((interval) => ({
      interval,
      updates: updates[interval] ?? 0,
      missing: missing[interval] ?? 0,
      ...agesOf(interval, ages.get(interval) ?? []),
      ...buffersOf((buffers.get(interval) ?? []).map(({ value }) => value)),
    }));
}

function agesOf(interval: string, samples: readonly Sample[]) {
  const sorted = [...samples].sort((a, b) => a.value - b.value);
  const allowed = (isInterval(interval) ? durationMsOf(interval) / 1000 : 0) + STALE_BEYOND_INTERVAL_SECONDS;
  const last = sorted.at(-1);
  return {
    series: sorted.length,
    freshestSeconds: sorted[0]?.value ?? 0,
    medianSeconds: sorted[Math.floor(sorted.length / 2)]?.value ?? 0,
    stalest: { symbol: last?.labels.symbol ?? '', interval, ageSeconds: last?.value ?? 0 },
    stale: sorted.filter(({ value }) => value > allowed).length,
  };
}

function buffersOf(sizes: readonly number[]) {
  const sorted = [...sizes].sort((a, b) => a - b);
  return { smallestBuffer: sorted[0] ?? 0, medianBuffer: sorted[Math.floor(sorted.length / 2)] ?? 0 };
}

function groupedByInterval(samples: readonly Sample[]): Map<string, Sample[]> {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const interval = sample.labels.interval ?? '';
    const group = groups.get(interval);
    if (group) group.push(sample);
    else groups.set(interval, [sample]);
  }
  return groups;
}

/** The well-known symbols first; where the machine follows none of them, the first ones of the page. */
function keySymbolsOf(page: Page): SymbolAge[] {
  const freshest = new Map<string, SymbolAge>();
  for (const { labels, value } of page.samples('kline_data_age_seconds')) {
    const { symbol = '', interval = '' } = labels;
    const known = freshest.get(symbol);
    if (!known || value < known.ageSeconds) freshest.set(symbol, { symbol, interval, ageSeconds: value });
  }
  const wellKnown = KEY_SYMBOLS.flatMap((symbol) => freshest.get(symbol) ?? []);
  const chosen = wellKnown.length > 0 ? wellKnown : [...freshest.values()];
  return chosen.slice(0, KEY_SYMBOLS_SHOWN);
}
