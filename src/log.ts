import { isSpanContextValid } from '@opentelemetry/api';
import { type Logger, pino } from 'pino';
import { safeError, withoutCredentials } from './redaction';
import { liveSpanContext } from './telemetry/open-span';

export type { Logger };

/** JSON lines on stdout, with `trace_id` and `span_id` wherever a span is active. */
export function createLogger(level: string, bindings: Record<string, string> = {}): Logger {
  return pino({
    level,
    base: bindings,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    mixin: activeTrace,
    serializers: { err: safeError },
    hooks: { streamWrite: withoutCredentials },
  });
}

function activeTrace(): Record<string, string> {
  const context = liveSpanContext();
  if (!context || !isSpanContextValid(context)) return {};
  return {
    trace_id: context.traceId,
    span_id: context.spanId,
    trace_flags: `0${context.traceFlags.toString(16)}`,
  };
}
