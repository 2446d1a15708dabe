/** What telemetry runs on, decided once at the start and frozen. */
import { DiagLogLevel } from '@opentelemetry/api';
import type { SeriesLimits } from './metrics/guarded-meter';
import type { LifetimeRule } from './metrics/series-lifetimes';
import type { TracesSettings } from './traces-settings';

export interface MetricsSettings {
  readonly host: string;
  /** 0 lets the system choose; the line printed at the start names the port. */
  readonly port: number;
  readonly targetInfo: boolean;
  /** Series per metric, the overflow series included. */
  readonly seriesLimits: SeriesLimits;
  /** How long callbacks may take. */
  readonly collectTimeoutMs: number;
  /** For how long a page is given again. */
  readonly maxAgeMs: number;
  /** Which series leave the page with the thing that they are about. */
  readonly lifetimes: readonly LifetimeRule[];
  /** For how long those series stay after it. */
  readonly lingerMs: number;
  /** Measurements made in sampled spans are kept as exemplars. */
  readonly exemplars: boolean;
  /** What a scraper must send as `Authorization: Bearer`; without it anybody may scrape. */
  readonly bearerToken?: string;
  /** The platform scrapes: its silence is worth a warning. */
  readonly scrapesExpected: boolean;
}

export interface ResourceSettings {
  readonly attributes: Readonly<Record<string, string | number | boolean | string[] | number[] | boolean[]>>;
  readonly schemaUrl?: string;
}

export interface Settings {
  readonly disabled: boolean;
  readonly logLevel: DiagLogLevel;
  readonly resource: ResourceSettings;
  readonly metrics: MetricsSettings;
  /** Absent: no span is made and no tracing module is loaded. */
  readonly traces?: TracesSettings;
}

export const ANY_ADDRESS = '::';
const DEFAULT_PORT = 9091;
const SERIES_LIMIT = 2_000;

export const DEFAULT_SERIES_LIMITS: SeriesLimits = Object.freeze({
  counter: SERIES_LIMIT,
  upDownCounter: SERIES_LIMIT,
  gauge: SERIES_LIMIT,
  histogram: SERIES_LIMIT,
  // One series per symbol and interval: read from state that is bounded itself.
  observableCounter: 5 * SERIES_LIMIT,
  observableUpDownCounter: 5 * SERIES_LIMIT,
  observableGauge: 5 * SERIES_LIMIT,
});

export function isPort(port: unknown): port is number {
  return typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= 65_535;
}

/** The metrics port of the environment; the default where it is unset or no port. */
function environmentPort(env: NodeJS.ProcessEnv): number {
  const text = env.METRICS_PORT?.trim() ?? '';
  return /^\d+$/.test(text) && isPort(Number(text)) ? Number(text) : DEFAULT_PORT;
}

/** What runs when there is no configuration to go by: metrics on every address, no traces. */
export function safeDefaults(env: NodeJS.ProcessEnv): Settings {
  return Object.freeze({
    disabled: env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true',
    logLevel: DiagLogLevel.INFO,
    resource: { attributes: { 'service.name': env.OTEL_SERVICE_NAME || 'trader' } },
    metrics: Object.freeze({
      host: ANY_ADDRESS,
      port: environmentPort(env),
      targetInfo: false,
      seriesLimits: DEFAULT_SERIES_LIMITS,
      collectTimeoutMs: 1_000,
      maxAgeMs: 1_000,
      lifetimes: [],
      lingerMs: 60_000,
      exemplars: false,
      ...(env.METRICS_BEARER_TOKEN ? { bearerToken: env.METRICS_BEARER_TOKEN } : {}),
      scrapesExpected: Boolean(env.FLY_APP_NAME),
    }),
  });
}
