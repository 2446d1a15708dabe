import { INVALID_TRACEID, ROOT_CONTEXT, SpanKind, type Tracer } from '@opentelemetry/api';
import { monotonicNowMs } from './monotonic';
import { OpenSpan } from './open-span';

/** Starts every span of the trader. Where nobody collects there is no span, and nothing is built for one. */
export class Spans {
  constructor(private readonly tracer: Tracer) {}

  /** A trace of its own, whatever is under way around it. */
  root(name: string): OpenSpan | undefined {
    return this.open(name, SpanKind.INTERNAL, undefined, monotonicNowMs());
  }

  /** A part of what is under way here; a trace of its own where nothing is. */
  start(name: string, kind = SpanKind.INTERNAL): OpenSpan | undefined {
    return this.open(name, kind, OpenSpan.active(), monotonicNowMs());
  }

  /** A part of `parent`. It begins no earlier than that and no later than now, whatever `atMs` says. */
  child(name: string, parent: OpenSpan, atMs = Number.POSITIVE_INFINITY): OpenSpan | undefined {
    const startMs = Math.max(Math.min(atMs, monotonicNowMs()), parent.startMs);
    return this.open(name, SpanKind.INTERNAL, parent, startMs);
  }

  private open(
    name: string,
    kind: SpanKind,
    parent: OpenSpan | undefined,
    startMs: number,
  ): OpenSpan | undefined {
    const wallOffsetMs = parent?.wallOffsetMs ?? Date.now() - monotonicNowMs();
    const options = { kind, startTime: startMs + wallOffsetMs };
    const span = this.tracer.startSpan(name, options, parent?.context ?? ROOT_CONTEXT);
    if (span.spanContext().traceId === INVALID_TRACEID) return undefined;
    return new OpenSpan(span, parent, startMs, wallOffsetMs);
  }
}

/** Runs `body` as what the span tells of, and ends it. What is thrown is recorded and passes on. */
export async function inSpan<Result>(
  span: OpenSpan | undefined,
  body: () => Promise<Result>,
  errorTypeOf: (error: unknown) => string = () => 'unknown',
): Promise<Result> {
  if (span === undefined) return body();
  try {
    return await span.within(body);
  } catch (error) {
    span.failed(errorTypeOf(error), error);
    throw error;
  } finally {
    span.end();
  }
}
