/** Starts telemetry: configuration → metrics → traces, if they have somewhere to go → the end of the process. */
import { metrics } from '@opentelemetry/api';
import { configFile, readConfigFile, unusedVariables, variablesOf } from './configuration/config-file';
import { ConfigProblem } from './configuration/preflight';
import { settingsFromModel } from './configuration/settings-from-model';
import { describe, followSdkDiagnostics, say, withoutSecrets } from './diagnostics';
import type { Address } from './metrics/endpoint';
import { createMetricsPipeline, type MetricsPipeline } from './metrics/pipeline';
import { startRuntimeMetrics } from './metrics/runtime-metrics';
import { SpanTelemetry } from './metrics/self-telemetry';
import { exposeMetricsUrl } from './metrics-url';
import { createResource } from './resource';
import { type Settings, safeDefaults } from './settings';
import { type Flushes, flushAtEnd, lastWordsOnCrash } from './shutdown';

const NOTHING_TO_SEND: Flushes = { flush: async () => {}, sendLast: () => {} };

interface Configuration {
  readonly settings: Settings;
  readonly file: string;
  readonly ok: boolean;
  readonly unused: readonly string[];
}

/** What follows the file's name: line, key, fault, and the variables that may have brought it. */
function refusal(error: unknown, file: string, env: NodeJS.ProcessEnv): string {
  if (!(error instanceof ConfigProblem)) return `: ${describe(error)}`;
  const variables = variablesOf(error, file, env);
  const source = variables.length === 0 ? '' : ` (set by ${variables.join(', ')})`;
  return `${error.line ? `:${error.line}` : ''}: ${error.key} ${error.message}${source}`;
}

function readConfiguration(env: NodeJS.ProcessEnv): Configuration {
  const file = configFile(env, process.cwd());
  try {
    const settings = settingsFromModel(readConfigFile(file, env), env);
    return { settings, file, ok: true, unused: unusedVariables(file, env) };
  } catch (error) {
    say(`configuration refused, safe defaults run: ${file}${refusal(error, file, env)}`);
    return { settings: safeDefaults(env), file, ok: false, unused: [] };
  }
}

/** The effective configuration in one line; of it only what is named here. */
function announce({ settings, file, ok, unused }: Configuration, { host, port }: Address): void {
  const { traces } = settings;
  const where = `http://${host.includes(':') ? `[${host}]` : host}:${port}/metrics`;
  const spans =
    traces === undefined ? 'traces are not exported' : `traces go to ${withoutSecrets(traces.endpoint)}`;
  const source = ok ? `configured by ${file}` : 'configured by safe defaults';
  const ignored =
    unused.length === 0 ? '' : `; set but not used by the file: ${unused.slice(0, 10).join(', ')}`;
  say(`metrics are served at ${where}; ${spans}; ${source}${ignored}`);
}

function registerMetrics(pipeline: MetricsPipeline): void {
  if (metrics.setGlobalMeterProvider(pipeline.provider)) return;
  const api = (globalThis as Record<symbol, { version?: string } | undefined>)[
    Symbol.for('opentelemetry.js.api.1')
  ];
  say(
    `the application's metrics are not seen: @opentelemetry/api ${api?.version ?? '(unknown version)'} was registered first; load this preload before anything else and install one version of @opentelemetry/api`,
  );
}

/** The tracing modules are loaded here or not at all. */
function startTraces(settings: Settings, pipeline: MetricsPipeline): Flushes | undefined {
  if (settings.traces === undefined) return undefined;
  const { startTracing } = require('./traces/tracing') as typeof import('./traces/tracing');
  const resource = createResource(settings.resource);
  return startTracing(settings.traces, resource, new SpanTelemetry(pipeline.ownMeter));
}

export function startTelemetry(env: NodeJS.ProcessEnv = process.env): void {
  const configuration = readConfiguration(env);
  const { settings, ok } = configuration;
  if (settings.disabled) {
    say('disabled by OTEL_SDK_DISABLED or the configuration file');
    return;
  }
  followSdkDiagnostics(settings.logLevel);
  const pipeline = createMetricsPipeline(settings.metrics, createResource(settings.resource), ok, (address) =>
    announce(configuration, address),
  );
  registerMetrics(pipeline);
  startRuntimeMetrics(pipeline.provider);
  exposeMetricsUrl(() => pipeline.endpoint.address());
  pipeline.endpoint.start();
  flushAtEnd(startTraces(settings, pipeline) ?? NOTHING_TO_SEND);
  lastWordsOnCrash();
}
