import { distributionOf } from './distribution';
import type { Page } from './page';
import { readFeed } from './read-feed';
import { readTraders } from './read-traders';
import type { Reading, SignalsReading, TelemetryReading, WorkersReading } from './reading';

/** Every page of the contract has all of these from its first scrape on, and no other program has three of them. */
const MARKS = [
  'registry_size',
  'binance_ws_connected',
  'market_symbols',
  'traders_loaded_from_db_total',
  'pool_size',
  'sync_queue_depth',
  'signals_pending_analysis',
];

export function isTraderPage(page: Page): boolean {
  return MARKS.filter((name) => page.has(name)).length >= 3;
}

/**
 * @param atMs when the page was taken, by the viewer's clock
 * @param answeredMs the same by the machine's, from the `Date` of its answer; NaN where it had none
 */
export function readPage(page: Page, atMs: number, answeredMs?: number): Reading {
  const machineMs = machineClock(page) ?? (Number.isNaN(answeredMs) ? undefined : answeredMs);
  const started = page.value('process_start_time_seconds');
  const build = page.samples('build_info')[0]?.labels;
  const loads = page.sumBy('traders_loaded_from_db_total', 'status');
  return {
    atMs,
    machineMs: machineMs ?? atMs,
    startedMs: started === undefined ? null : started * 1000,
    version: build?.version ?? null,
    gitSha: build?.git_sha ?? null,
    registrySize: page.value('registry_size') ?? null,
    tradersLoaded: loads.success ?? 0,
    tradersRefused: loads.failed ?? 0,
    overruns: page.sumBy('screening_overruns_total', 'interval'),
    traders: readTraders(page),
    feed: readFeed(page, machineMs),
    workers: readWorkers(page),
    signals: readSignals(page),
    telemetry: readTelemetry(page),
  };
}

/** An update's time and its age are of the same moment: their sum is the machine's clock, wherever the viewer's stands. */
function machineClock(page: Page): number | undefined {
  const age = page.samples('kline_data_age_seconds').find(({ value }) => value > 0);
  if (!age) return undefined;
  const { symbol = '', interval = '' } = age.labels;
  const updatedMs = page.value('kline_last_update_timestamp', { symbol, interval });
  return updatedMs === undefined ? undefined : updatedMs + age.value * 1000;
}

function readWorkers(page: Page): WorkersReading {
  return {
    size: page.sum('pool_size'),
    usage: page.sum('pool_usage'),
    active: page.sum('screener_workers_active'),
    idle: page.sum('screener_workers_idle'),
    queued: page.sum('screener_queue_depth'),
    busySeconds: page.sum('screener_busy_seconds_total'),
    restarts: page.sumBy('screener_worker_restarts_total', 'reason'),
  };
}

function readSignals(page: Page): SignalsReading {
  return {
    generated: page.sum('signals_generated_total'),
    persisted: page.sum('signals_persisted_total'),
    dropped: page.sumBy('signals_dropped_total', 'reason'),
    queues: page.sumBy('sync_queue_depth', 'queue_type'),
    batchWrites: page.sum('sync_batch_writes_total'),
    writeErrors: page.sum('sync_write_errors_total'),
    writeDurationMs: distributionOf(page, 'sync_write_duration_ms'),
    pendingAnalysis: page.sum('signals_pending_analysis'),
    analyzed: page.sum('signals_analyzed_total'),
    analysisFailed: page.sum('signals_failed_total'),
  };
}

function readTelemetry(page: Page): TelemetryReading {
  return {
    configOk: page.value('telemetry_config_ok') !== 0,
    pageBytes: page.sum('metrics_page_bytes'),
    series: page.sum('metrics_series'),
    scrapes: page.sumBy('metrics_scrapes_total', 'code'),
    scrapeErrors: page.sum('metrics_scrape_errors_total'),
    rejected: page.sumBy('telemetry_rejected_total', 'reason'),
    overflow: page.sumBy('telemetry_overflow_total', 'metric'),
    spansDropped: page.sumBy('spans_dropped_total', 'reason'),
    eventLoopP99Seconds: page.value('nodejs_eventloop_delay_p99') ?? null,
    eventLoopUtilization: page.value('nodejs_eventloop_utilization') ?? null,
  };
}
