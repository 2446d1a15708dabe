import type { SamplerConfigModel } from '@opentelemetry/configuration';
import type { SamplerSettings } from '../traces-settings';
import { ConfigProblem } from './preflight';

const SAMPLER = 'tracer_provider.sampler';
const DEFAULT_SAMPLER: SamplerSettings = { kind: 'parent_based', root: { kind: 'always_on' } };
const OWN = 'distribution.trader-observability.traces';

type Values = Readonly<Record<string, unknown>>;

function checkedRatio(ratio: unknown, key: string): number {
  if (typeof ratio === 'number' && ratio >= 0 && ratio <= 1) return ratio;
  throw new ConfigProblem(key, 'is not a number from 0 to 1');
}

function ratioOf(sampler: Values, path: string): number {
  const { ratio } = (sampler.trace_id_ratio_based ?? {}) as { ratio?: unknown };
  return checkedRatio(ratio ?? 1, `${path}.trace_id_ratio_based.ratio`);
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

/** The names of OTEL_TRACES_SAMPLER, in OpenTelemetry's specification. */
function namedSampler(name: string, argument: unknown): SamplerSettings {
  const [, parentBased, kind = ''] = /^(parentbased_)?(always_on|always_off|traceidratio)$/.exec(name) ?? [];
  if (kind === '')
    throw new ConfigProblem(
      `${OWN}.sampler`,
      'is none of always_on, always_off, traceidratio, each also with parentbased_ before it',
    );
  const root: SamplerSettings =
    kind === 'traceidratio'
      ? { kind: 'ratio', ratio: checkedRatio(argument ?? 1, `${OWN}.sampler_arg`) }
      : { kind: kind as 'always_on' | 'always_off' };
  return parentBased ? { kind: 'parent_based', root } : root;
}

/** @param own the part of the distribution that is about traces: a sampler named there goes before the file's */
export function samplerOf(sampler: SamplerConfigModel | undefined, own: Values): SamplerSettings {
  const settings = sampler ? samplerSettings(sampler, SAMPLER) : DEFAULT_SAMPLER;
  const { sampler: name } = own;
  return typeof name === 'string' && name !== '' ? namedSampler(name, own.sampler_arg) : settings;
}
