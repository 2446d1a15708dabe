import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import type { SamplerSettings } from '../settings';

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
