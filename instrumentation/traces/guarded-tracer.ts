/** Tracing that never throws into the application: the SDK's does, at an exception without a readable message, say. */
import {
  type Context,
  context,
  INVALID_SPAN_CONTEXT,
  type Span,
  type SpanContext,
  type SpanOptions,
  type SpanStatus,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { describe, sayOncePerMinute } from '../diagnostics';

function attempt<Result>(what: string, call: () => Result, otherwise: Result): Result {
  try {
    return call();
  } catch (error) {
    sayOncePerMinute(`span ${what}`, `${what} of a span failed and is left out: ${describe(error)}`);
    return otherwise;
  }
}

class GuardedSpan implements Span {
  constructor(private readonly inner: Span) {}

  spanContext(): SpanContext {
    return this.inner.spanContext();
  }

  isRecording(): boolean {
    return this.inner.isRecording();
  }

  setAttribute(...args: Parameters<Span['setAttribute']>): this {
    return this.#attempt('an attribute', () => this.inner.setAttribute(...args));
  }

  setAttributes(...args: Parameters<Span['setAttributes']>): this {
    return this.#attempt('the attributes', () => this.inner.setAttributes(...args));
  }

  addEvent(...args: Parameters<Span['addEvent']>): this {
    return this.#attempt('an event', () => this.inner.addEvent(...args));
  }

  addLink(...args: Parameters<Span['addLink']>): this {
    return this.#attempt('a link', () => this.inner.addLink(...args));
  }

  addLinks(...args: Parameters<Span['addLinks']>): this {
    return this.#attempt('the links', () => this.inner.addLinks(...args));
  }

  /** A code that is none would cost its whole batch: the exporter cannot encode it. */
  setStatus(status: SpanStatus): this {
    return this.#attempt('the status', () => {
      if (!(status.code in SpanStatusCode)) throw new TypeError('its code is none of OpenTelemetry');
      this.inner.setStatus({ ...status, code: Number(status.code) });
    });
  }

  updateName(...args: Parameters<Span['updateName']>): this {
    return this.#attempt('the name', () => this.inner.updateName(...args));
  }

  recordException(...args: Parameters<Span['recordException']>): void {
    this.#attempt('an exception', () => this.inner.recordException(...args));
  }

  end(...args: Parameters<Span['end']>): void {
    this.#attempt('the end', () => this.inner.end(...args));
  }

  #attempt(what: string, call: () => unknown): this {
    attempt(what, call, undefined);
    return this;
  }
}

class GuardedTracer implements Tracer {
  constructor(private readonly inner: Tracer) {}

  startSpan(name: string, options?: SpanOptions, within?: Context): Span {
    const none = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    return attempt('the start', () => new GuardedSpan(this.inner.startSpan(name, options, within)), none);
  }

  /** What `body` throws is the application's own and passes. */
  startActiveSpan<Body extends (span: Span) => unknown>(
    name: string,
    ...rest: [Body] | [SpanOptions, Body] | [SpanOptions, Context, Body]
  ): ReturnType<Body> {
    const body = rest[rest.length - 1] as Body;
    const options = rest.length > 1 ? (rest[0] as SpanOptions) : {};
    const parent = rest.length > 2 ? (rest[1] as Context) : context.active();
    const span = this.startSpan(name, options, parent);
    return context.with(trace.setSpan(parent, span), () => body(span)) as ReturnType<Body>;
  }
}

export class GuardedTracerProvider extends NodeTracerProvider {
  override getTracer(...args: Parameters<NodeTracerProvider['getTracer']>): Tracer {
    return new GuardedTracer(super.getTracer(...args));
  }
}
