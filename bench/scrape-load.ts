/** The page of a large machine, made by each contestant from the same measurements. */
import type { Attributes } from '@opentelemetry/api';

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const KLINE_METRICS = 5;
/** Per trader: each bucket, +Inf, sum and count. */
const HISTOGRAM_LINES = BUCKETS.length + 3;

export interface Load {
  readonly traders: readonly Attributes[];
  readonly klines: readonly Attributes[];
}

export const HISTOGRAM = 'trader_execution_duration_seconds';
export const HISTOGRAM_BUCKETS: readonly number[] = BUCKETS;
export const KLINES: readonly string[] = Array.from(
  { length: KLINE_METRICS },
  (_, index) => `kline_metric_${index}`,
);

/** Half of the lines are histograms of traders, half are five metrics of symbols. */
export function loadOf(lines: number): Load {
  const half = lines / 2;
  const traders = Array.from({ length: Math.round(half / HISTOGRAM_LINES) }, (_, index) =>
    Object.freeze({ trader_id: `5b0c3a52-0000-4000-8000-${String(index).padStart(12, '0')}` }),
  );
  const klines = Array.from({ length: Math.round(half / KLINE_METRICS) }, (_, index) =>
    Object.freeze({ interval: '1m', symbol: `SYM${index}USDT` }),
  );
  return { traders, klines };
}

/** What one series shows in one scrape: it moves, as a live market does. */
export function klineValue(metric: number, series: number, scrape: number): number {
  if (metric === 0) return 1_700_000_000_000 + 997 * series + 1_000 * scrape;
  if (metric === 1) return ((series * 31 + scrape * 7) % 60_000) / 1_000;
  return metric * 1_000 + series + scrape;
}

export function executionSeconds(trader: number, round: number): number {
  return ((trader * 17 + round * 29) % 1_000) / 90;
}
