import { DiagLogLevel } from '@opentelemetry/api';
import { type ConfigurationModel, mergeResourceAttributesConfig } from '@opentelemetry/configuration';
import type { SeriesLimits } from '../metrics/guarded-meter';
import {
  ANY_ADDRESS,
  isPort,
  type MetricsSettings,
  type ResourceSettings,
  type Settings,
  safeDefaults,
} from '../settings';
import { lifetimeRules } from './lifetimes-from-model';
import { ConfigProblem } from './preflight';
import { tracesSettings } from './traces-from-model';

const PROMETHEUS_PATH = 'meter_provider.readers[0].pull.exporter.prometheus/development';
const LIMITS_PATH = 'meter_provider.readers[0].pull.cardinality_limits';
const MAX_SERIES_LIMIT = 100_000;

function logLevel(level: string | null | undefined): DiagLogLevel {
  const name = level?.replace(/\d$/, '').toUpperCase() ?? 'INFO';
  if (name === 'FATAL') return DiagLogLevel.ERROR;
  if (name === 'TRACE') return DiagLogLevel.VERBOSE;
  return DiagLogLevel[name as keyof typeof DiagLogLevel] ?? DiagLogLevel.INFO;
}

/** An empty value means "not set": a variable without a value leaves no attribute. */
function resourceSettings(resource: ConfigurationModel['resource']): ResourceSettings {
  const merged = mergeResourceAttributesConfig(resource?.attributes, resource?.attributes_list) ?? [];
  const present = merged.filter(({ value }) => value !== null && value !== '');
  const attributes = Object.fromEntries(present.map(({ name, value }) => [name, value]));
  return {
    attributes: attributes as ResourceSettings['attributes'],
    ...(resource?.schema_url ? { schemaUrl: resource.schema_url } : {}),
  };
}

type ModelLimits = Readonly<Record<string, number | null | undefined>>;

function seriesLimits(limits: ModelLimits | undefined, defaults: SeriesLimits): SeriesLimits {
  const limit = (key: string, otherwise: number) => {
    const value = limits?.[key] ?? limits?.default ?? otherwise;
    if (!Number.isInteger(value) || value < 2 || value > MAX_SERIES_LIMIT)
      throw new ConfigProblem(
        `${LIMITS_PATH}.${limits?.[key] == null ? 'default' : key}`,
        `is not a whole number from 2 to ${MAX_SERIES_LIMIT}`,
      );
    return value;
  };
  return Object.freeze({
    counter: limit('counter', defaults.counter),
    upDownCounter: limit('up_down_counter', defaults.upDownCounter),
    gauge: limit('gauge', defaults.gauge),
    histogram: limit('histogram', defaults.histogram),
    observableCounter: limit('observable_counter', defaults.observableCounter),
    observableUpDownCounter: limit('observable_up_down_counter', defaults.observableUpDownCounter),
    observableGauge: limit('observable_gauge', defaults.observableGauge),
  });
}

function milliseconds(model: ConfigurationModel, name: string, least: number, otherwise: number): number {
  const own = model.distribution?.['trader-observability'] as Record<string, unknown> | undefined;
  const value = own?.[name] ?? otherwise;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= 60_000) return value;
  const key = `distribution.trader-observability.${name}`;
  throw new ConfigProblem(key, `is not a whole number of milliseconds from ${least} to 60000`);
}

/** Without tracing there is no span to lead to. */
function exemplars(model: ConfigurationModel, tracing: boolean): boolean {
  const filter = model.meter_provider?.exemplar_filter ?? 'trace_based';
  if (filter === 'always_on')
    throw new ConfigProblem(
      'meter_provider.exemplar_filter',
      'always_on is not honoured here: outside a sampled span an exemplar leads nowhere',
    );
  return tracing && filter === 'trace_based';
}

function metricsSettings(model: ConfigurationModel, defaults: MetricsSettings): MetricsSettings {
  const pull = model.meter_provider?.readers[0]?.pull;
  const prometheus = pull?.exporter['prometheus/development'];
  const port = prometheus?.port ?? defaults.port;
  if (!isPort(port)) throw new ConfigProblem(`${PROMETHEUS_PATH}.port`, 'is not a port from 0 to 65535');
  if (prometheus?.scope_info_enabled === true)
    throw new ConfigProblem(`${PROMETHEUS_PATH}.scope_info_enabled`, 'true is not honoured here');
  return Object.freeze({
    ...defaults,
    host: prometheus?.host || ANY_ADDRESS,
    port,
    targetInfo: prometheus?.['target_info_enabled/development'] === true,
    seriesLimits: seriesLimits(pull?.cardinality_limits as ModelLimits | undefined, defaults.seriesLimits),
    collectTimeoutMs: milliseconds(model, 'collect_timeout', 10, defaults.collectTimeoutMs),
    maxAgeMs: milliseconds(model, 'page_max_age', 0, defaults.maxAgeMs),
    lingerMs: milliseconds(model, 'series_linger', 0, defaults.lingerMs),
    lifetimes: lifetimeRules(model),
  });
}

/** @throws ConfigProblem for a value that cannot be honoured */
export function settingsFromModel(model: ConfigurationModel, env: NodeJS.ProcessEnv): Settings {
  const defaults = safeDefaults(env);
  const traces = tracesSettings(model);
  return Object.freeze({
    disabled: defaults.disabled || model.disabled === true,
    logLevel: logLevel(model.log_level),
    resource: resourceSettings(model.resource),
    metrics: Object.freeze({
      ...metricsSettings(model, defaults.metrics),
      exemplars: exemplars(model, traces !== undefined),
    }),
    ...(traces === undefined ? {} : { traces }),
  });
}
