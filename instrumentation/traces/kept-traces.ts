/**
 * Traces that the ratio passed over, held back until their local root ends: those with an error, or a root that took
 * too long, are exported after all. A span held is not yet a sampled one: it is neither queued nor counted until its
 * trace is kept. What has to be given up early for want of room is judged by what it has until then.
 */
import { type Context, type SpanContext, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { KeepSettings } from '../traces-settings';
import { SpanCompactor } from './compact-span';

const MOST_TRACES = 256;
const MOST_SPANS = 2_048;
/** Judged traces that are remembered for the spans that end after their root. */
const MOST_JUDGED = 1_024;
/** On the local root of a kept trace: why. Without it, shares of the traces would be taken for shares of the cycles. */
const KEPT_FOR = 'sampling.kept_for';

type Reason = 'error' | 'slow';

interface Held {
  readonly rootId: string;
  readonly since: number;
  characters: number;
  readonly spans: ReadableSpan[];
  failed: boolean;
}

const milliseconds = ([seconds, nanoseconds]: readonly [number, number]) =>
  seconds * 1_000 + nanoseconds / 1e6;

function sampled(span: ReadableSpan): ReadableSpan {
  const context: SpanContext = {
    ...span.spanContext(),
    traceFlags: span.spanContext().traceFlags | TraceFlags.SAMPLED,
  };
  return Object.create(span, { spanContext: { value: () => context } });
}

export class KeptTraces {
  readonly #held = new Map<string, Held>();
  readonly #kept = new Map<string, Reason>();
  readonly #compactor: SpanCompactor;
  #spans = 0;
  #characters = 0;

  constructor(
    private readonly settings: KeepSettings,
    private readonly limits: { readonly maxTextLength: number; readonly maxQueuedCharacters: number },
    private readonly keep: (span: ReadableSpan) => void,
  ) {
    this.#compactor = new SpanCompactor(limits.maxTextLength);
  }

  /** Whether a span that the ratio passed over is recorded: a local root, or part of a trace that is held or kept. */
  records(parent: Context, traceId: string): boolean {
    const above = trace.getSpanContext(parent);
    if (above === undefined || !trace.isSpanContextValid(above)) return true;
    return this.#held.has(traceId) || this.#kept.has(traceId);
  }

  started(span: ReadableSpan): void {
    const { traceId, spanId } = span.spanContext();
    if (span.parentSpanContext !== undefined) return;
    this.#held.set(traceId, {
      rootId: spanId,
      since: performance.now(),
      characters: 0,
      spans: [],
      failed: false,
    });
    if (this.#held.size > MOST_TRACES) this.#giveUpOldest();
  }

  ended(span: ReadableSpan): void {
    const { traceId, spanId } = span.spanContext();
    const held = this.#held.get(traceId);
    if (held === undefined) {
      const reason = this.#kept.get(traceId);
      if (reason !== undefined) this.#export(span, reason);
      return;
    }
    const characters = this.#compactor.compact(span);
    held.spans.push(span);
    held.characters += characters;
    held.failed ||= span.status.code === SpanStatusCode.ERROR;
    this.#spans++;
    this.#characters += characters;
    if (spanId === held.rootId) this.#judge(traceId, held, milliseconds(span.duration));
    while (this.#spans > MOST_SPANS || this.#characters > this.limits.maxQueuedCharacters)
      this.#giveUpOldest(({ spans }) => spans.length > 0);
  }

  /** For the end of the process: what has failed until now is not lost with a root that never ends. */
  judgeAll(): void {
    while (this.#held.size > 0) this.#giveUpOldest();
  }

  #reason(failed: boolean, durationMs: number): Reason | undefined {
    const { errors, slowerThanMs } = this.settings;
    if (errors && failed) return 'error';
    return slowerThanMs > 0 && durationMs > slowerThanMs ? 'slow' : undefined;
  }

  #judge(traceId: string, held: Held, durationMs: number): void {
    this.#held.delete(traceId);
    this.#spans -= held.spans.length;
    this.#characters -= held.characters;
    const reason = this.#reason(held.failed, durationMs);
    if (reason === undefined) return;
    this.#remember(traceId, reason);
    for (const span of held.spans) this.#export(span, reason);
  }

  #export(span: ReadableSpan, reason: Reason): void {
    if (span.parentSpanContext === undefined) span.attributes[KEPT_FOR] = reason;
    this.keep(sampled(span));
  }

  #giveUpOldest(which: (held: Held) => boolean = () => true): void {
    for (const [traceId, held] of this.#held) {
      if (!which(held)) continue;
      this.#judge(traceId, held, performance.now() - held.since);
      return;
    }
  }

  #remember(traceId: string, reason: Reason): void {
    this.#kept.set(traceId, reason);
    if (this.#kept.size <= MOST_JUDGED) return;
    for (const oldest of this.#kept.keys()) {
      this.#kept.delete(oldest);
      return;
    }
  }
}
