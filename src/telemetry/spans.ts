import { type Attributes, context, type Span, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import type { ExecutionErrorType } from './label-values';

/** One execution, as its span tells it. Times are epoch ms with fractions. */
export interface ExecutionTrace {
  readonly traderId: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly queueMs: number;
  readonly watched: number;
  readonly evaluated: number;
  readonly matched: number;
  readonly fresh: number;
  readonly dataAgeSeconds: number | null;
  readonly errorType: ExecutionErrorType | null;
}

/** The clock of span times: it never jumps, and workers share it. */
export function monotonicNowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** Screening as traces: one per cycle, one child span per trader. Never per symbol. */
export class ScreeningSpans {
  constructor(private readonly tracer: Tracer) {}

  /** Runs a cycle inside its span. The span is the active one, so that log lines carry its ids. */
  async cycle<Result>(
    interval: string,
    boundaryMs: number,
    body: (cycle: CycleSpan) => Promise<Result>,
  ): Promise<Result> {
    const attributes = { 'screening.interval': interval, 'screening.boundary': boundaryMs };
    const span = this.tracer.startSpan('screening.cycle', { attributes, startTime: monotonicNowMs() });
    const active = trace.setSpan(context.active(), span);
    try {
      return await context.with(active, () => body(new CycleSpan(this.tracer, span, interval)));
    } finally {
      span.end(monotonicNowMs());
    }
  }
}

export class CycleSpan {
  constructor(
    private readonly tracer: Tracer,
    private readonly span: Span,
    private readonly interval: string,
  ) {}

  /** How much the cycle had to do. */
  sized(traders: number, symbols: number): void {
    this.span.setAttributes({ 'screening.traders': traders, 'screening.symbols': symbols });
  }

  /** Made afterwards, from the worker's own times. Does nothing when nobody collects spans. */
  executed(execution: ExecutionTrace): void {
    if (!this.span.isRecording()) return;
    const parent = trace.setSpan(context.active(), this.span);
    const attributes = attributesOf(execution, this.interval);
    const options = { attributes, startTime: execution.startedAtMs };
    const span = this.tracer.startSpan('filter.execute', options, parent);
    if (execution.errorType !== null) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(execution.endedAtMs);
  }
}

function attributesOf(execution: ExecutionTrace, interval: string): Attributes {
  const { dataAgeSeconds, errorType, watched, evaluated } = execution;
  return {
    'trader.id': execution.traderId,
    'screening.interval': interval,
    'symbols.watched': watched,
    'symbols.evaluated': evaluated,
    'symbols.skipped': watched - evaluated,
    'symbols.matched': execution.matched,
    'symbols.new': execution.fresh,
    'filter.queue_ms': execution.queueMs,
    ...(dataAgeSeconds !== null && { 'data.age_seconds': dataAgeSeconds }),
    ...(errorType !== null && { 'error.type': errorType }),
  };
}
