/** Pages as a trader machine would serve them, made to measure. */
import { History } from '../../../status/samples/history';
import { parsePage } from '../../../status/samples/parse';
import { readPage } from '../../../status/samples/read';
import type { Reading } from '../../../status/samples/reading';

export const START_MS = Date.parse('2026-11-20T12:00:00Z');

export interface TraderNumbers {
  readonly name?: string;
  readonly executions?: number;
  readonly evaluated?: number;
  readonly matches?: number;
  readonly signals?: number;
  readonly persisted?: number;
  readonly new?: number;
  readonly continuing?: number;
  readonly watching?: number;
  /** Seconds since the start; default: executed just now. */
  readonly lastExecution?: number;
  readonly skipped?: Readonly<Record<string, number>>;
  readonly errors?: Readonly<Record<string, number>>;
  /** Not in the registry: only what its errors say. */
  readonly refused?: boolean;
}

export interface MachineNumbers {
  /** Seconds since the start of the process. */
  readonly at: number;
  readonly traders?: Readonly<Record<string, TraderNumbers>>;
  /** Interval → age of its klines in seconds. */
  readonly ages?: Readonly<Record<string, number>>;
  /** Samples beside, or instead of, a healthy machine's: `name{labels}` → value. */
  readonly more?: Readonly<Record<string, number>>;
  readonly startMs?: number;
}

const SYMBOLS = Array.from({ length: 10 }, (_, at) => `S${at}USDT`);

/** A healthy machine with ten symbols, unless told otherwise. */
export function reading(numbers: MachineNumbers): Reading {
  const atMs = (numbers.startMs ?? START_MS) + numbers.at * 1000;
  return readPage(parsePage(pageText(numbers)), atMs, atMs);
}

export function history(...machines: readonly MachineNumbers[]): History {
  const kept = new History();
  for (const machine of machines) kept.add(reading(machine));
  return kept;
}

export function pageText(numbers: MachineNumbers): string {
  const { at, startMs = START_MS, traders = { t1: {} }, ages = { '1m': 1, '5m': 1 }, more = {} } = numbers;
  const samples = new Map<string, number>([
    ...machine(startMs, at, Object.keys(traders).length),
    ...Object.entries(ages).flatMap(([interval, age]) => klines(interval, age, startMs + at * 1000, at)),
    ...Object.entries(traders).flatMap(([id, trader]) => traderSamples(id, trader, startMs / 1000, at)),
    ...Object.entries(more),
  ]);
  return `${[...samples].map(([series, value]) => `${series} ${value}`).join('\n')}\n`;
}

function machine(startMs: number, at: number, traders: number): [string, number][] {
  return Object.entries({
    'build_info{version="1.2.3",git_sha="abc"}': 1,
    process_start_time_seconds: startMs / 1000,
    registry_size: traders,
    'traders_loaded_from_db_total{status="success"}': traders,
    'traders_loaded_from_db_total{status="failed"}': 0,
    'screening_overruns_total{interval="1m"}': 0,
    'binance_ws_connected{status="connected"}': 1,
    'binance_ws_connections{state="open"}': 1,
    'binance_ws_connections{state="connecting"}': 0,
    'binance_ws_connections{state="backoff"}': 0,
    binance_ws_reconnects_total: 0,
    'binance_ws_messages_total{type="kline"}': 20 * at,
    'binance_ws_messages_total{type="ticker"}': at,
    'binance_ws_latency_ms_bucket{le="10"}': 21 * at,
    'binance_ws_latency_ms_bucket{le="60000"}': 21 * at,
    'binance_ws_latency_ms_bucket{le="+Inf"}': 21 * at,
    binance_ws_latency_ms_count: 21 * at,
    binance_ws_clock_skew_total: 0,
    'binance_ticker_updates_total{symbol="S0USDT"}': at,
    'binance_rest_requests_total{endpoint="klines",status="200"}': 20,
    'market_symbols{state="wanted"}': 10,
    'market_symbols{state="subscribed"}': 10,
    'market_symbols{state="delivering"}': 10,
    pool_size: 2,
    pool_usage: 0,
    screener_workers_active: 0,
    screener_workers_idle: 2,
    screener_queue_depth: 0,
    'screener_busy_seconds_total{worker_id="0"}': at / 100,
    'screener_worker_restarts_total{reason="timeout"}': 0,
    'sync_queue_depth{queue_type="signals"}': 0,
    sync_batch_writes_total: at,
    sync_write_errors_total: 0,
    signals_pending_analysis: 0,
    signals_analyzed_total: 0,
    signals_failed_total: 0,
    'signals_dropped_total{reason="queue_overflow"}': 0,
    telemetry_config_ok: 1,
  });
}

function klines(interval: string, age: number, nowMs: number, at: number): [string, number][] {
  return SYMBOLS.flatMap((symbol) => {
    const labels = `{symbol="${symbol}",interval="${interval}"}`;
    return Object.entries({
      [`kline_data_age_seconds${labels}`]: age,
      [`kline_last_update_timestamp${labels}`]: nowMs - age * 1000,
      [`kline_updates_total${labels}`]: at,
      [`kline_buffer_size${labels}`]: 500,
      [`kline_missing_data_total${labels}`]: 0,
    });
  });
}

function traderSamples(
  id: string,
  numbers: TraderNumbers,
  startSeconds: number,
  at: number,
): [string, number][] {
  const { executions = Math.floor(at / 60) + 1, name = id } = numbers;
  const own = `{trader_id="${id}"}`;
  const text = name.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
  const named = `{trader_id="${id}",trader_name="${text}"}`;
  const by = (label: string, value: string) => `{trader_id="${id}",${label}="${value}"}`;
  const errors = Object.entries(numbers.errors ?? {});
  if (numbers.refused)
    return errors.map(([type, count]) => [`trader_errors_total${by('error_type', type)}`, count]);
  const signals = numbers.signals ?? 1;
  return [
    [`trader_executions_total${own}`, executions],
    [`trader_screenings_total${named}`, executions],
    [`trader_symbols_evaluated_total${own}`, numbers.evaluated ?? 10 * executions],
    [`trader_matches_total${named}`, numbers.matches ?? 1],
    [`trader_signals_total${named}`, signals],
    [`signals_generated_total${by('symbol', 'S0USDT')}`, signals],
    [`signals_persisted_total${own}`, numbers.persisted ?? signals],
    [`trader_new_matches${named}`, numbers.new ?? 1],
    [`trader_continuing_matches${named}`, numbers.continuing ?? 0],
    [`trader_symbols_watching${own}`, numbers.watching ?? 10],
    [
      `trader_last_execution_timestamp_seconds${own}`,
      startSeconds + (numbers.lastExecution ?? Math.floor(at / 60) * 60),
    ],
    ...Object.entries(numbers.skipped ?? {}).map(([reason, count]): [string, number] => [
      `trader_symbols_skipped_total${by('reason', reason)}`,
      count,
    ]),
    ...errors.map(([type, count]): [string, number] => [
      `trader_execution_errors_total${by('error_type', type)}`,
      count,
    ]),
  ];
}
