import { validateHeaderName, validateHeaderValue } from 'node:http';
import {
  type ConfigurationModel,
  mergeHeadersConfig,
  mergePropagatorCompositeConfig,
  type OtlpHttpExporterConfigModel,
  type SamplerConfigModel,
} from '@opentelemetry/configuration';
import type { SamplerSettings, SpanLimit, TracesSettings } from '../settings';
import { ConfigProblem } from './preflight';

const BATCH = 'tracer_provider.processors[0].batch';
const OTLP = `${BATCH}.exporter.otlp_http`;
const SAMPLER = 'tracer_provider.sampler';
const DEFAULT_SAMPLER: SamplerSettings = { kind: 'parent_based', root: { kind: 'always_on' } };
const PROPAGATORS = ['tracecontext', 'baggage'] as const;

const LIMITS: readonly (readonly [SpanLimit, string])[] = [
  ['attributeValueLengthLimit', 'attribute_value_length_limit'],
  ['attributeCountLimit', 'attribute_count_limit'],
  ['eventCountLimit', 'event_count_limit'],
  ['linkCountLimit', 'link_count_limit'],
  ['attributePerEventCountLimit', 'event_attribute_count_limit'],
  ['attributePerLinkCountLimit', 'link_attribute_count_limit'],
];

type Values = Readonly<Record<string, unknown>>;

function wholeNumber(values: Values, key: string, otherwise: number, path: string): number {
  const value = values[key] ?? otherwise;
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw new ConfigProblem(`${path}.${key}`, 'is not a whole number above 0');
}

function checkedEndpoint(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return endpoint;
  throw new ConfigProblem(`${OTLP}.endpoint`, 'is not an http or https URL');
}

function headers(exporter: NonNullable<OtlpHttpExporterConfigModel>): Record<string, string> {
  const pairs = (exporter.headers_list ?? '').split(',').filter((pair) => pair.trim() !== '');
  if (pairs.some((pair) => !/^\s*[^=\s]+\s*=/.test(pair)))
    throw new ConfigProblem(`${OTLP}.headers_list`, 'is not a list of name=value separated by commas');
  const merged = mergeHeadersConfig(exporter.headers, exporter.headers_list) ?? {};
  const own = new Set(exporter.headers?.map(({ name }) => name));
  for (const [name, value] of Object.entries(merged)) checkHeader(name, value, own.has(name));
  return merged;
}

/** Node would refuse it at every export. Neither name nor value is quoted: a misplaced comma makes a name of a secret. */
function checkHeader(name: string, value: string, own: boolean): void {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch {
    const key = own ? 'headers' : 'headers_list';
    throw new ConfigProblem(`${OTLP}.${key}`, 'holds a name or a value that HTTP does not allow');
  }
}

function ratioOf(sampler: Values, path: string): number {
  const { ratio = 1 } = (sampler.trace_id_ratio_based ?? {}) as { ratio?: unknown };
  if (typeof ratio === 'number' && ratio >= 0 && ratio <= 1) return ratio;
  throw new ConfigProblem(`${path}.trace_id_ratio_based.ratio`, 'is not a number from 0 to 1');
}

function samplerSettings(sampler: SamplerConfigModel, path: string): SamplerSettings {
  const [kind, ...others] = Object.keys(sampler);
  if (others.length > 0) throw new ConfigProblem(path, 'names more than one sampler');
  if (kind === 'always_on' || kind === 'always_off') return { kind };
  if (kind === 'trace_id_ratio_based') return { kind: 'ratio', ratio: ratioOf(sampler as Values, path) };
  if (kind !== 'parent_based') throw new ConfigProblem(path, 'names no sampler that is honoured here');
  const parent = sampler.parent_based ?? {};
  const member = (name: keyof typeof parent) =>
    parent[name] ? samplerSettings(parent[name], `${path}.parent_based.${name}`) : undefined;
  const optional = {
    remoteParentSampled: member('remote_parent_sampled'),
    remoteParentNotSampled: member('remote_parent_not_sampled'),
    localParentSampled: member('local_parent_sampled'),
    localParentNotSampled: member('local_parent_not_sampled'),
  };
  const present = Object.entries(optional).filter(([, settings]) => settings !== undefined);
  return { kind, root: member('root') ?? { kind: 'always_on' }, ...Object.fromEntries(present) };
}

function limits(model: ConfigurationModel): TracesSettings['limits'] {
  const general = (model.attribute_limits ?? {}) as Values;
  const spans = (model.tracer_provider?.limits ?? {}) as Values;
  const found = LIMITS.map(([limit, key]) => [limit, spans[key] ?? general[key]] as const);
  return Object.fromEntries(found.filter(([, value]) => typeof value === 'number'));
}

function propagators(propagator: ConfigurationModel['propagator']): TracesSettings['propagators'] {
  const merged = mergePropagatorCompositeConfig(propagator?.composite, propagator?.composite_list);
  if (merged === undefined) return PROPAGATORS;
  const names = merged.flatMap((entry) => Object.keys(entry)).filter((name) => name !== 'none');
  const foreign = names.find((name) => !(PROPAGATORS as readonly string[]).includes(name));
  if (foreign !== undefined)
    throw new ConfigProblem('propagator', `"${foreign.slice(0, 40)}" is not honoured here`);
  return PROPAGATORS.filter((name) => names.includes(name));
}

function otlpSettings(exporter: NonNullable<OtlpHttpExporterConfigModel>) {
  const { compression, encoding } = exporter;
  if (compression && compression !== 'gzip' && compression !== 'none')
    throw new ConfigProblem(`${OTLP}.compression`, 'is neither gzip nor none');
  if (encoding && encoding !== 'protobuf')
    throw new ConfigProblem(`${OTLP}.encoding`, `${encoding} is not honoured here, protobuf is`);
  return {
    headers: Object.freeze(headers(exporter)),
    compression: compression === 'gzip' ? ('gzip' as const) : ('none' as const),
    timeoutMs: wholeNumber(exporter as Values, 'timeout', 10_000, OTLP),
  };
}

/** @returns undefined when no endpoint is set: then nothing of tracing is loaded, and nothing leaves. */
export function tracesSettings(model: ConfigurationModel): TracesSettings | undefined {
  const batch = model.tracer_provider?.processors[0]?.batch;
  const exporter = batch?.exporter.otlp_http;
  const sampler = model.tracer_provider?.sampler;
  const chosen: SamplerSettings | undefined = sampler ? samplerSettings(sampler, SAMPLER) : undefined;
  if (!batch || !exporter?.endpoint) return undefined;
  const values = batch as unknown as Values;
  const maxQueueSize = wholeNumber(values, 'max_queue_size', 2_048, BATCH);
  const maxExportBatchSize = wholeNumber(values, 'max_export_batch_size', Math.min(512, maxQueueSize), BATCH);
  if (maxExportBatchSize > maxQueueSize)
    throw new ConfigProblem(`${BATCH}.max_export_batch_size`, 'is larger than max_queue_size');
  return Object.freeze({
    endpoint: checkedEndpoint(exporter.endpoint),
    ...otlpSettings(exporter),
    scheduleDelayMs: wholeNumber(values, 'schedule_delay', 5_000, BATCH),
    exportTimeoutMs: wholeNumber(values, 'export_timeout', 30_000, BATCH),
    maxQueueSize,
    maxExportBatchSize,
    sampler: chosen ?? DEFAULT_SAMPLER,
    limits: limits(model),
    propagators: propagators(model.propagator),
  });
}
