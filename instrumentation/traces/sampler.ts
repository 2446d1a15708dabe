import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  type SamplingResult,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import type { SamplerSettings } from '../traces-settings';

export function createSampler(settings: SamplerSettings): Sampler {
  switch (settings.kind) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'ratio':
      return new TraceIdRatioBasedSampler(settings.ratio);
    case 'parent_based': {
      const { kind: _, ...members } = settings;
      const samplers = Object.entries(members).map(([name, member]) => [name, createSampler(member)]);
      return new ParentBasedSampler({ root: new AlwaysOnSampler(), ...Object.fromEntries(samplers) });
    }
  }
}

/** The decision about a trace is taken at its local root, and by a ratio: one that is passed over can still be kept. */
export function decidesByRatio(settings: SamplerSettings): boolean {
  return settings.kind === 'parent_based' ? decidesByRatio(settings.root) : settings.kind === 'ratio';
}

/** Has spans recorded that the sampler passed over and that `records` asks for. */
export class RecordingSampler implements Sampler {
  constructor(
    private readonly inner: Sampler,
    private readonly records: (parent: Context, traceId: string) => boolean,
  ) {}

  shouldSample(
    parent: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const result = this.inner.shouldSample(parent, traceId, name, kind, attributes, links);
    if (result.decision !== SamplingDecision.NOT_RECORD || !this.records(parent, traceId)) return result;
    return { ...result, decision: SamplingDecision.RECORD };
  }

  toString(): string {
    return `Recording{${this.inner.toString()}}`;
  }
}
