import { type ConfigurationModel, mergePropagatorCompositeConfig } from '@opentelemetry/configuration';
import type { KeepSettings, SpanLimit, TracesSettings } from '../traces-settings';
import { otlpSettings } from './exporter-from-model';
import { ConfigProblem } from './preflight';
import { samplerOf } from './sampler-from-model';
import { wholeNumber } from './whole-number';

const BATCH = 'tracer_provider.processors[0].batch';
const OWN = 'distribution.trader-observability.traces';
const PROPAGATORS = ['tracecontext', 'baggage'] as const;
const MAX_TEXT = 4_096;
const MAX_QUEUED_CHARACTERS = 4 * 1024 * 1024;

const LIMITS: readonly (readonly [SpanLimit, string])[] = [
  ['attributeCountLimit', 'attribute_count_limit'],
  ['eventCountLimit', 'event_count_limit'],
  ['linkCountLimit', 'link_count_limit'],
  ['attributePerEventCountLimit', 'event_attribute_count_limit'],
  ['attributePerLinkCountLimit', 'link_attribute_count_limit'],
];

type Values = Readonly<Record<string, unknown>>;

function limits(model: ConfigurationModel): Pick<TracesSettings, 'limits' | 'maxTextLength'> {
  const general = (model.attribute_limits ?? {}) as Values;
  const spans = (model.tracer_provider?.limits ?? {}) as Values;
  const found = LIMITS.map(([limit, key]) => [limit, spans[key] ?? general[key]] as const);
  const key = 'attribute_value_length_limit';
  const [values, path] =
    spans[key] == null ? [general, 'attribute_limits'] : [spans, 'tracer_provider.limits'];
  return {
    limits: Object.fromEntries(found.filter(([, value]) => typeof value === 'number')),
    maxTextLength: wholeNumber(values, key, MAX_TEXT, path),
  };
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

function keep(own: Values): KeepSettings {
  const errors = own.keep_errors ?? false;
  if (typeof errors !== 'boolean') throw new ConfigProblem(`${OWN}.keep_errors`, 'is neither true nor false');
  return Object.freeze({ errors, slowerThanMs: wholeNumber(own, 'keep_slower_than', 0, OWN, 0) });
}

function batchSettings(batch: Values) {
  const maxQueueSize = wholeNumber(batch, 'max_queue_size', 2_048, BATCH);
  const maxExportBatchSize = wholeNumber(batch, 'max_export_batch_size', Math.min(512, maxQueueSize), BATCH);
  if (maxExportBatchSize > maxQueueSize)
    throw new ConfigProblem(`${BATCH}.max_export_batch_size`, 'is larger than max_queue_size');
  return {
    scheduleDelayMs: wholeNumber(batch, 'schedule_delay', 5_000, BATCH),
    exportTimeoutMs: wholeNumber(batch, 'export_timeout', 30_000, BATCH),
    maxQueueSize,
    maxExportBatchSize,
  };
}

/** OTEL_TRACES_EXPORTER, in OpenTelemetry's words. */
function isSwitchedOff({ exporter }: Values): boolean {
  if (exporter === undefined || exporter === null || exporter === '' || exporter === 'otlp') return false;
  if (exporter === 'none') return true;
  throw new ConfigProblem(`${OWN}.exporter`, 'is neither otlp nor none');
}

/** @returns undefined when no endpoint is set: then nothing of tracing is loaded, and nothing leaves. */
export function tracesSettings(model: ConfigurationModel): TracesSettings | undefined {
  const batch = model.tracer_provider?.processors[0]?.batch;
  const distribution = (model.distribution?.['trader-observability'] ?? {}) as Values;
  const own = (distribution.traces ?? {}) as Values;
  const sampler = samplerOf(model.tracer_provider?.sampler, own);
  const otlp = batch && !isSwitchedOff(own) ? otlpSettings(batch.exporter, own) : undefined;
  if (!batch || otlp === undefined) return undefined;
  return Object.freeze({
    ...otlp,
    ...batchSettings(batch as unknown as Values),
    ...limits(model),
    maxQueuedCharacters: wholeNumber(own, 'max_queued_characters', MAX_QUEUED_CHARACTERS, OWN),
    keep: keep(own),
    sampler,
    propagators: propagators(model.propagator),
  });
}
