/** Pages of metrics as a machine would serve them, for traders that no real machine has all at once. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PretendedTrader {
  readonly id: string;
  readonly name: string;
  readonly newMatches?: number;
  readonly continuing?: number;
  readonly signals?: number;
  /** Every execution fails so. */
  readonly errorType?: string;
}

const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'];
/** Half an hour before the test. */
const STARTED_SECONDS = Date.now() / 1000 - 1800;
const BOUNDS = ['0.001', '0.01', '0.1', '1', '+Inf'];

export interface PretendedPage {
  readonly traders: readonly PretendedTrader[];
  /** Screenings of each trader so far. */
  readonly screenings: number;
  readonly connected?: boolean;
  /** The machine's clock. */
  readonly nowMs?: number;
}

export function pretendedPage({
  traders,
  screenings,
  connected = true,
  nowMs = Date.now(),
}: PretendedPage): string {
  const nowSeconds = nowMs / 1000;
  const updates = Math.round((nowSeconds - STARTED_SECONDS) * 10);
  const lines = [
    `process_start_time_seconds ${STARTED_SECONDS}`,
    'build_info{version="0.1.0",git_sha="abc"} 1',
    `registry_size ${traders.length}`,
    'traders_loaded_from_db_total{status="success"} 4',
    'traders_loaded_from_db_total{status="failed"} 0',
    `binance_ws_connected{status="connected"} ${connected ? 1 : 0}`,
    `binance_ws_connections{state="open"} ${connected ? 1 : 0}`,
    'binance_ws_connections{state="backoff"} 0',
    'binance_ws_reconnects_total 0',
    `binance_ws_messages_total{type="kline"} ${updates}`,
    `binance_ws_messages_total{type="ticker"} ${updates}`,
    ...['wanted', 'subscribed', 'delivering'].map(
      (state) => `market_symbols{state="${state}"} ${SYMBOLS.length}`,
    ),
    'pool_size 2',
    'pool_usage 0',
    'screener_workers_active 0',
    'screener_workers_idle 2',
    'screener_queue_depth 0',
    `screener_busy_seconds_total{worker_id="0"} ${screenings}`,
    ...['signals', 'metrics', 'events'].map((queue) => `sync_queue_depth{queue_type="${queue}"} 0`),
    `sync_batch_writes_total ${screenings}`,
    'sync_write_errors_total 0',
    'signals_pending_analysis 0',
    'signals_analyzed_total 0',
    'signals_failed_total 0',
    'telemetry_config_ok 1',
    'screening_overruns_total{interval="1m"} 0',
    ...SYMBOLS.flatMap((symbol) => klines(symbol, nowSeconds, updates)),
    ...traders.flatMap((trader) => traderLines(trader, nowSeconds, screenings)),
  ];
  return `${lines.join('\n')}\n`;
}

function klines(symbol: string, nowSeconds: number, updates: number): string[] {
  const labels = `{symbol="${symbol}",interval="1m"}`;
  return [
    `kline_data_age_seconds${labels} 2`,
    `kline_last_update_timestamp${labels} ${(nowSeconds - 2) * 1000}`,
    `kline_updates_total${labels} ${updates}`,
    `kline_buffer_size${labels} 500`,
    `kline_missing_data_total${labels} 0`,
    `binance_ticker_updates_total{symbol="${symbol}"} ${updates}`,
  ];
}

function traderLines(trader: PretendedTrader, nowSeconds: number, screenings: number): string[] {
  const { newMatches = 0, continuing = 0, signals = 0, errorType } = trader;
  const id = `trader_id="${escaped(trader.id)}"`;
  const both = `{${id},trader_name="${escaped(trader.name)}"}`;
  const done = errorType ? 0 : screenings;
  const failed = screenings - done;
  return [
    `trader_executions_total{${id}} ${screenings}`,
    `trader_execution_errors_total{${id},error_type="${errorType ?? 'runtime'}"} ${failed}`,
    `trader_errors_total{${id},error_type="${errorType ?? 'runtime'}"} ${failed}`,
    `trader_screenings_total${both} ${done}`,
    `trader_matches_total${both} ${done * (newMatches + continuing)}`,
    `trader_signals_total${both} ${signals}`,
    `trader_new_matches${both} ${newMatches}`,
    `trader_continuing_matches${both} ${continuing}`,
    `trader_symbols_watching{${id}} ${SYMBOLS.length}`,
    `trader_symbols_evaluated_total{${id}} ${done * SYMBOLS.length}`,
    `trader_symbols_skipped_total{${id},reason="error"} ${failed * SYMBOLS.length}`,
    `trader_last_execution_timestamp_seconds{${id}} ${nowSeconds - 5}`,
    `signals_generated_total{${id},symbol="BTCUSDT"} ${signals}`,
    `signals_persisted_total{${id}} ${signals}`,
    ...BOUNDS.map(
      (le, index) =>
        `trader_execution_duration_seconds_bucket{${id},le="${le}"} ${index === 0 ? 0 : screenings}`,
    ),
    `trader_execution_duration_seconds_sum{${id}} ${screenings * 0.004}`,
    `trader_execution_duration_seconds_count{${id}} ${screenings}`,
  ];
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

export interface MetricsServer {
  readonly url: string;
  close(): void;
}

/** Serves what `answer` gives at each request. */
export function serveMetrics(
  answer: () => { readonly status: number; readonly text: string },
): Promise<MetricsServer> {
  const server: Server = createServer((_, response) => {
    const { status, text } = answer();
    response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve({
        url: `http://127.0.0.1:${port}/metrics`,
        close: () => {
          server.closeAllConnections();
          server.close();
        },
      });
    });
  });
}
