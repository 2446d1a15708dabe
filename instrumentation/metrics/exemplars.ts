import { type Context, context, isSpanContextValid, TraceFlags, trace } from '@opentelemetry/api';

/** A measurement that leads to the trace it was made in. */
export interface Exemplar {
  readonly traceId: string;
  readonly spanId: string;
  readonly value: number;
  /** Epoch milliseconds. */
  readonly timeMs: number;
}

/** Makes an exemplar of a measurement that deserves one. */
export type ExemplarFilter = (value: number, within: Context | undefined) => Exemplar | undefined;

/**
 * OpenTelemetry's `trace_based`: a measurement made in a sampled span, in the context it was handed or else the active
 * one. Never throws.
 */
export function traceBased(value: number, within: Context | undefined): Exemplar | undefined {
  try {
    const span = trace.getSpanContext(within ?? context.active());
    if (span === undefined || (span.traceFlags & TraceFlags.SAMPLED) === 0 || !isSpanContextValid(span))
      return undefined;
    return { traceId: span.traceId, spanId: span.spanId, value, timeMs: Date.now() };
  } catch {
    // What was handed over as a context is none.
    return undefined;
  }
}
