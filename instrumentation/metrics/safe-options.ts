import { type MetricOptions, ValueType } from '@opentelemetry/api';

const MAX_HELP_LENGTH = 1_024;
/** The SDK's default buckets, 5 to 10,000, would put every duration in seconds into the first. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface SafeOptions {
  readonly description: string;
  readonly unit: string;
  readonly valueType: ValueType;
  readonly advice?: { readonly explicitBucketBoundaries: number[] };
}

/** An instrument's options as the SDK may have them: text is text, buckets are finite and ascend. Never throws. */
export function safeOptions(options: MetricOptions | undefined): SafeOptions {
  try {
    const unit = text(options?.unit);
    const advised = boundaries(options?.advice?.explicitBucketBoundaries);
    const buckets = advised ?? (unit === 's' ? SECONDS : undefined);
    return {
      description: text(options?.description),
      unit,
      valueType: options?.valueType === ValueType.INT ? ValueType.INT : ValueType.DOUBLE,
      ...(buckets === undefined ? {} : { advice: { explicitBucketBoundaries: [...buckets] } }),
    };
  } catch {
    return { description: '', unit: '', valueType: ValueType.DOUBLE };
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
