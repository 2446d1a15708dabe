import { join } from 'node:path';
import type { Config } from '../config';
import type { Logger } from '../log';
import { StatusPage } from '../status-page';

/** Telemetry's preload leaves a function under this key: where the machine's own metrics are served. */
const METRICS_URL = Symbol.for('trader-observability.metrics-url');
const STATUS = join(__dirname, '../../status');

/** The page at `/` and the diagnosis in `/health`, unless `STATUS_PAGE=off`. */
export function assembleStatus(config: Config, log: Logger): StatusPage | undefined {
  if (!config.statusPage) return undefined;
  const file = join(STATUS, 'worker/main.js');
  const folder = join(STATUS, 'page');
  return new StatusPage({ file, folder, metricsUrl, bearerToken: config.metricsBearerToken }, log);
}

function metricsUrl(): string | undefined {
  const url = (globalThis as Record<symbol, unknown>)[METRICS_URL];
  const found: unknown = typeof url === 'function' ? url() : undefined;
  return typeof found === 'string' ? found : undefined;
}
