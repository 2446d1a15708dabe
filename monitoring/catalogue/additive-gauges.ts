/**
 * Gauges whose sum over machines means something: each machine counts things of its own. Every other gauge is one
 * fact that each machine repeats (how many traders there are, what matches); its sum doubles while a redeploy
 * runs two machines.
 */
export const ADDITIVE_GAUGES: ReadonlySet<string> = new Set([
  'pool_size',
  'pool_usage',
  'screener_workers_active',
  'screener_workers_idle',
  'screener_queue_depth',
  'sync_queue_depth',
  'signals_pending_analysis',
  'binance_ws_connections',
  'metrics_series',
  'metrics_page_bytes',
  'up',
  'fly_instance_up',
  'fly_instance_memory_mem_total',
  'fly_instance_memory_mem_available',
  'scrape_samples_scraped',
  'v8js_memory_heap_used',
  'v8js_memory_heap_space_size',
  'v8js_memory_heap_space_physical_size',
  'v8js_memory_heap_space_available_size',
  'v8js_resource_active',
]);

/** Series that stand for a machine: counting them counts machines. */
export const MACHINE_GAUGES: ReadonlySet<string> = new Set([
  'up',
  'fly_instance_up',
  'build_info',
  'process_start_time_seconds',
  'fly_instance_exit_code',
  'fly_instance_exit_oom',
  'telemetry_config_ok',
]);

/** Counters that count while the machine starts: their first sample is the final one, and no rate ever sees it. */
export const BOOT_COUNTERS: ReadonlySet<string> = new Set(['traders_loaded_from_db_total']);
