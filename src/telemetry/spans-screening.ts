import type { SpanContext } from '@opentelemetry/api';
import type { ExecutionErrorType } from './label-values';
import type { OpenSpan } from './open-span';
import type { SpanAttributes } from './span-catalogue';
import type { Spans } from './spans';

/** One execution, as its span tells it. */
export interface ExecutionTrace {
  readonly traderId: string;
  readonly traderName: string;
  readonly watched: number;
  readonly evaluated: number;
  readonly matched: number;
  readonly fresh: number;
  readonly dataAgeSeconds: number | null;
  readonly errorType: ExecutionErrorType | null;
  /** What went wrong, with the whole or with the first symbol that failed. Never holds filter code. */
  readonly message: string | null;
  readonly timing: ExecutionTiming;
}

/** On the monotonic clock; `startedAtMs` is null when no worker was asked, `compileMs` when none replied, and 0 when the filter was compiled before. */
export interface ExecutionTiming {
  readonly startedAtMs: number | null;
  readonly queueMs: number;
  readonly compileMs: number | null;
  readonly runMs: number;
  readonly slot: number | null;
}

/** Screening as traces: one per cycle, one part per trader. Never per symbol. */
export class ScreeningSpans {
  constructor(private readonly spans: Spans) {}

  cycle(interval: string, boundaryMs: number): CycleSpan | undefined {
    const span = this.spans.root('screening.cycle');
    return span && new CycleSpan(this.spans, span, interval, boundaryMs);
  }
}

export class CycleSpan {
  constructor(
    private readonly spans: Spans,
    readonly span: OpenSpan,
    private readonly interval: string,
    private readonly boundaryMs: number,
  ) {}

  /** How much the cycle has to do. */
  sized(traders: number, symbols: number): void {
    if (!this.span.recording) return;
    this.span.set({
      'screening.interval': this.interval,
      'screening.boundary': this.boundaryMs,
      'screening.traders': traders,
      'screening.symbols': symbols,
    } satisfies SpanAttributes<'screening.cycle'>);
  }

  /** One trader's part, from now on. */
  execution(): ExecutionSpan | undefined {
    const span = this.spans.child('filter.execute', this.span);
    return span && new ExecutionSpan(this.spans, span, this.interval);
  }
}

export class ExecutionSpan {
  constructor(
    private readonly spans: Spans,
    readonly span: OpenSpan,
    private readonly interval: string,
  ) {}

  get traceparent(): string {
    return this.span.traceparent;
  }

  /** What the execution's signals remember of it. */
  get sampled(): SpanContext | null {
    return this.span.sampled;
  }

  /** Its stages are made afterwards, from the worker's own times. */
  ended(execution: ExecutionTrace): void {
    if (!this.span.recording) return;
    this.span.set(attributesOf(execution, this.interval));
    if (execution.timing.startedAtMs !== null) this.stages(execution, execution.timing.startedAtMs);
    const { errorType, message } = execution;
    if (errorType !== null) this.span.failed(errorType, message ?? errorType);
    else if (message !== null) this.span.noted('runtime', message);
  }

  private stages({ timing, errorType, message }: ExecutionTrace, startedAtMs: number): void {
    const { queueMs, compileMs, runMs } = timing;
    const compiledAtMs = startedAtMs + (compileMs ?? 0);
    const failure = errorType === null ? null : { errorType, message: message ?? errorType };
    const brokeInCompile = errorType === 'compile';
    this.stage('filter.queue', this.span.startMs, this.span.startMs + queueMs, null);
    if (compileMs) this.stage('filter.compile', startedAtMs, compiledAtMs, brokeInCompile ? failure : null);
    if (!brokeInCompile) this.stage('filter.run', compiledAtMs, compiledAtMs + runMs, failure);
  }

  private stage(
    name: 'filter.queue' | 'filter.compile' | 'filter.run',
    startMs: number,
    endMs: number,
    failure: { errorType: ExecutionErrorType; message: string } | null,
  ): void {
    const span = this.spans.child(name, this.span, startMs);
    if (failure !== null && failure.errorType !== 'missing_data')
      span?.failed(failure.errorType, failure.message);
    span?.end(endMs);
  }
}

function attributesOf(execution: ExecutionTrace, interval: string): SpanAttributes<'filter.execute'> {
  const { dataAgeSeconds, watched, evaluated, timing } = execution;
  return {
    'trader.id': execution.traderId,
    'trader.name': execution.traderName,
    'screening.interval': interval,
    'symbols.watched': watched,
    'symbols.evaluated': evaluated,
    'symbols.skipped': watched - evaluated,
    'symbols.matched': execution.matched,
    'symbols.new': execution.fresh,
    ...(dataAgeSeconds !== null && { 'data.age_seconds': dataAgeSeconds }),
    ...(timing.slot !== null && { 'worker.slot': timing.slot }),
  };
}
