/** What the page, the exchange and the kernel say of a run. */
import { readFileSync } from 'node:fs';
import { histogramQuantile, type Page, sum } from './page-figures';

export interface Run {
  readonly before: Page;
  readonly after: Page;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Kline frames that left the exchange since its start. */
  readonly klineFramesSent: number;
  readonly pid: number;
}

export function report({ before, after, seconds, cpuSeconds, klineFramesSent, pid }: Run): string {
  const more = (name: string, labels = {}) => sum(after, name, labels) - sum(before, name, labels);
  const rows: [string, string | number][] = [
    [
      'symbols × intervals',
      `${sum(after, 'market_symbols', { state: 'delivering' })} × ${new Set(after.get('kline_buffer_size')?.map(({ labels }) => labels.interval)).size}`,
    ],
    ['connections', sum(after, 'binance_ws_connections', { state: 'open' })],
    ['traders', sum(after, 'registry_size')],
    [
      'kline frames received / sent since the start',
      `${sum(after, 'binance_ws_messages_total', { type: 'kline' })} / ${klineFramesSent}`,
    ],
    ['kline frames per second', (more('binance_ws_messages_total', { type: 'kline' }) / seconds).toFixed(0)],
    ['candles found missing', sum(after, 'kline_missing_data_total')],
    ['parse errors', sum(after, 'kline_parse_errors_total')],
    ['reconnects', sum(after, 'binance_ws_reconnects_total')],
    ['executions', more('trader_executions_total')],
    ['execution errors', more('trader_execution_errors_total')],
    ['symbols skipped as stale', more('trader_symbols_skipped_total', { reason: 'stale_data' })],
    ['symbols evaluated', more('trader_symbols_evaluated_total')],
    ['cycle overruns', sum(after, 'screening_overruns_total')],
    ['execution time p95, s', histogramQuantile(0.95, before, after, 'trader_execution_duration_seconds')],
    ['data age at decision p95, s', histogramQuantile(0.95, before, after, 'trader_data_age_seconds')],
    [
      'detected after close p95, s',
      histogramQuantile(0.95, before, after, 'signal_latency_seconds', { stage: 'detected' }),
    ],
    ['event loop delay p99, s', sum(after, 'nodejs_eventloop_delay_p99')],
    ['CPU, cores', (cpuSeconds / seconds).toFixed(2)],
    ['RSS, MB', residentMb(pid)],
    [
      'series / page, kB',
      `${sum(after, 'metrics_series')} / ${(sum(after, 'metrics_page_bytes') / 1000).toFixed(0)}`,
    ],
  ];
  return rows.map(([name, value]) => `${name.padEnd(46)}${value}\n`).join('');
}

function residentMb(pid: number): number {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024);
}
