import {
  type Attributes,
  type Context,
  context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { exceptionOf } from './exception';
import { monotonicNowMs } from './monotonic';

/** On the span itself: a weak map of all open spans would cost the garbage collector more than they do. */
const OPENED = Symbol('the span as it was opened');
type Opened = Span & { [OPENED]?: OpenSpan };

/**
 * A span with a rule: it lies within its parent. Timers and sockets keep the context they were made in for as long as
 * they live, so a span that has ended is nobody's parent, and a parent's end ends what is still open in it.
 *
 * All times are those of the monotonic clock. A trace is put on the wall clock once, where it begins: no jump bends it.
 */
export class OpenSpan {
  private children: Set<OpenSpan> | undefined;
  private own: Context | undefined;
  private over = false;

  /** @param wallOffsetMs wall clock less monotonic clock, the same for a whole trace */
  constructor(
    private readonly span: Span,
    private readonly parent: OpenSpan | undefined,
    readonly startMs: number,
    readonly wallOffsetMs: number,
  ) {
    if (parent) parent.adopt(this);
  }

  /** What runs in here has this span as its parent; see `within`. Most spans are leaves, which need none. */
  get context(): Context {
    if (this.own === undefined) {
      this.own = trace.setSpan(this.parent?.context ?? ROOT_CONTEXT, this.span);
      (this.span as Opened)[OPENED] = this;
    }
    return this.own;
  }

  /** The span under way here; undefined where there is none or where it has ended. */
  static active(): OpenSpan | undefined {
    const found = (trace.getActiveSpan() as Opened | undefined)?.[OPENED];
    return found?.over ? undefined : found;
  }

  /** Whether attributes would be kept: a trace may be under way that nobody samples. */
  get recording(): boolean {
    return !this.over && this.span.isRecording();
  }

  /** Null for a trace that is not sampled: then nobody could find it. */
  get sampled(): SpanContext | null {
    const spanContext = this.span.spanContext();
    return spanContext.traceFlags & TraceFlags.SAMPLED ? spanContext : null;
  }

  /** https://www.w3.org/TR/trace-context/#traceparent-header */
  get traceparent(): string {
    const { traceId, spanId, traceFlags } = this.span.spanContext();
    return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  }

  within<Result>(body: () => Result): Result {
    return context.with(this.context, body);
  }

  set(attributes: Attributes): void {
    if (!this.over) this.span.setAttributes(attributes);
  }

  link(contexts: Iterable<SpanContext>): void {
    for (const linked of contexts) this.span.addLink({ context: linked });
  }

  /** Something went wrong on the way, which did not decide how this ends. */
  noted(errorType: string, error: unknown): void {
    if (!this.recording) return;
    const { type, message } = exceptionOf(error, errorType);
    const attributes = { 'exception.type': type, 'exception.message': message };
    this.span.addEvent('exception', attributes, monotonicNowMs() + this.wallOffsetMs);
  }

  /** @param error its message is recorded without credentials; a stack never is: it may hold a user's code */
  failed(errorType: string, error: unknown): void {
    if (!this.recording) return;
    this.noted(errorType, error);
    this.span.setAttributes({ 'error.type': errorType });
    this.span.setStatus({ code: SpanStatusCode.ERROR, message: exceptionOf(error, errorType).message });
  }

  /** @param atMs when it ended, for what is told afterwards; never later than now */
  end(atMs = Number.POSITIVE_INFINITY): void {
    if (this.over) return;
    const endMs = Math.max(Math.min(atMs, monotonicNowMs()), this.startMs);
    for (const child of this.children ?? []) child.end(endMs);
    this.leave();
    this.span.end(endMs + this.wallOffsetMs);
  }

  /** Never ends, and so is never seen: it turned out that there is nothing to tell. */
  discard(): void {
    if (!this.over) this.leave();
  }

  private adopt(child: OpenSpan): void {
    this.children ??= new Set();
    this.children.add(child);
  }

  private leave(): void {
    this.over = true;
    this.parent?.children?.delete(this);
  }
}

/** Whether a log line belongs to the active span: not to one that has ended, nor to anything that has not begun. */
export function liveSpanContext(): SpanContext | undefined {
  const span = trace.getActiveSpan();
  if (span === undefined) return undefined;
  return OPENED in span && OpenSpan.active() === undefined ? undefined : span.spanContext();
}
