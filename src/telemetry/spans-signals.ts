import type { SpanContext } from '@opentelemetry/api';
import type { PersistErrorType } from './label-values';
import { OpenSpan } from './open-span';
import type { SpanAttributes } from './span-catalogue';
import type { Spans } from './spans';

/** The part of a signal that spans need. */
interface TracedSignal {
  readonly id: string;
  readonly traderId: string;
  readonly symbol: string;
  readonly interval: string;
  /** The execution that found it, where that is in a sampled trace. */
  readonly trace?: SpanContext;
}

/** A signal's way after it was found. Queues lie between the stages, so each is a trace of its own with links back. */
export class SignalSpans {
  constructor(private readonly spans: Spans) {}

  /** @param attempt 1 for the first */
  persist(signals: readonly TracedSignal[], attempt: number): PersistSpan | undefined {
    const span = this.spans.root('signals.persist');
    return span && new PersistSpan(span, signals, attempt);
  }

  /** What is under way now, for the analysis of a signal that comes out of it. */
  origin(): SpanContext | null {
    return OpenSpan.active()?.sampled ?? null;
  }

  analysis(
    signal: TracedSignal,
    origin: SpanContext | null,
    waitSeconds: number,
    model: string,
  ): OpenSpan | undefined {
    const span = this.spans.root('signal.analyze');
    if (!span?.recording) return span;
    span.link([origin, signal.trace].filter((linked) => linked != null));
    span.set({
      'signal.id': signal.id,
      'trader.id': signal.traderId,
      'signal.symbol': signal.symbol,
      'signal.interval': signal.interval,
      'analysis.model': model,
      'analysis.wait_seconds': waitSeconds,
    } satisfies SpanAttributes<'signal.analyze'>);
    return span;
  }
}

/** One batch on its way to the database. */
export class PersistSpan {
  private stored = 0;
  private dropped = 0;
  private broke = false;

  constructor(
    readonly span: OpenSpan,
    signals: readonly TracedSignal[],
    attempt: number,
  ) {
    if (!span.recording) return;
    const executions = new Map(signals.map(({ trace }) => [trace?.spanId, trace]));
    span.link([...executions.values()].filter((linked) => linked != null));
    this.set({ 'signals.rows': signals.length, 'signals.attempt': attempt });
  }

  acknowledged(count: number): void {
    this.stored += count;
  }

  /** A signal that the database will never take. */
  refused(type: PersistErrorType, message: string): void {
    this.dropped++;
    this.span.noted(type, message);
  }

  /** What is not stored stays queued. */
  failed(type: PersistErrorType, message: string): void {
    this.broke = true;
    this.span.failed(type, message);
  }

  end(): void {
    const { stored, dropped, broke } = this;
    const outcome = stored > 0 && (broke || dropped > 0) ? 'partial' : stored > 0 ? 'stored' : 'failed';
    this.set({ 'signals.stored': stored, 'signals.dropped': dropped, 'signals.outcome': outcome });
    this.span.end();
  }

  private set(attributes: SpanAttributes<'signals.persist'>): void {
    if (this.span.recording) this.span.set(attributes);
  }
}
