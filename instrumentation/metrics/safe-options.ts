import { type MetricOptions, ValueType } from '@opentelemetry/api';

const MAX_HELP_LENGTH = 1_024;
/** OpenTelemetry's default buckets would put every duration in seconds into the first. */
const DEFAULT = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000];
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface SafeOptions {
  readonly description: string;
  readonly unit: string;
  readonly valueType: ValueType;
  readonly advice: { readonly explicitBucketBoundaries: number[] };
}

/** An instrument's options as the page may have them: text is text, buckets are finite and ascend. Never throws. */
export function safeOptions(options: MetricOptions | undefined): SafeOptions {
  try {
    const unit = text(options?.unit);
    const advised = boundaries(options?.advice?.explicitBucketBoundaries);
    const buckets = advised ?? (unit === 's' ? SECONDS : DEFAULT);
    return {
      description: text(options?.description),
      unit,
      valueType: options?.valueType === ValueType.INT ? ValueType.INT : ValueType.DOUBLE,
      advice: { explicitBucketBoundaries: [...buckets] },
    };
  } catch {
    return {
      description: '',
      unit: '',
      valueType: ValueType.DOUBLE,
      advice: { explicitBucketBoundaries: [...DEFAULT] },
    };
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? Buffer.from(value.slice(0, MAX_HELP_LENGTH)).toString() : '';
}

function boundaries(value: unknown): number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const finite = value.filter((bound): bound is number => Number.isFinite(bound));
  return [...new Set(finite)].sort((left, right) => left - right);
}
