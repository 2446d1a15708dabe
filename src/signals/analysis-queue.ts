import type { SpanContext } from '@opentelemetry/api';
import type { ComponentHealth } from '../health';
import type { Logger } from '../log';
import { LogLimiter } from '../log-limiter';
import type { OpenSpan } from '../telemetry/open-span';
import type { SignalTelemetry } from '../telemetry/signal-telemetry';
import { inSpan } from '../telemetry/spans';
import type { SignalSpans } from '../telemetry/spans-signals';
import type { Analyser } from './analysis';
import { AnalysisError, asAnalysisError } from './analysis-error';
import { AnalysisJob, type AnalysisStore } from './analysis-job';
import { ANALYSIS_DEFAULTS, type AnalysisQueueOptions } from './analysis-options';
import type { Signal } from './signal';

interface Submission {
  readonly signal: Signal;
  /** What stored it. */
  readonly origin: SpanContext | null;
  /** By `performance.now()`. */
  readonly sinceMs: number;
}

/**
 * Analyses stored signals, a few at a time. Every submitted signal ends as analysed or failed, exactly once; analysed
 * means stored. When the queue is full the new signal is refused: those that wait longest are the next to be done.
 */
export class AnalysisQueue {
  private readonly options: AnalysisQueueOptions;
  private readonly job: AnalysisJob;
  private readonly waiting: Submission[] = [];
  /** A full queue gives up many signals at once: one line tells. */
  private readonly limiter: LogLimiter;
  private running = 0;
  private abandoned = 0;
  private readonly abandon = new AbortController();
  private readonly settled = new Set<Promise<void>>();
  private lastFailure: string | undefined;

  constructor(
    private readonly analyser: Analyser,
    repository: AnalysisStore,
    options: Partial<AnalysisQueueOptions>,
    private readonly telemetry: SignalTelemetry,
    private readonly log: Logger,
    private readonly spans?: SignalSpans,
  ) {
    this.options = { ...ANALYSIS_DEFAULTS, ...options };
    this.limiter = new LogLimiter(log);
    this.job = new AnalysisJob(analyser, repository, this.options);
  }

  submit(signal: Signal): void {
    if (this.abandon.signal.aborted) {
      this.giveUp(signal, new AnalysisError('shutdown', 'the machine is stopping', false));
    } else if (this.running < this.options.concurrency) {
      this.run(this.submission(signal));
    } else if (this.waiting.length < this.options.capacity) {
      this.waiting.push(this.submission(signal));
    } else {
      const message = `${this.options.capacity} signals are waiting already`;
      this.giveUp(signal, new AnalysisError('queue_full', message, false));
    }
  }

  /** Signals waiting for or in analysis. */
  pending(): number {
    return this.waiting.length + this.running;
  }

  /** Gives up what waits and what runs, and counts it as failed. */
  async stop(): Promise<void> {
    if (this.abandon.signal.aborted) return;
    this.abandon.abort();
    for (const { signal } of this.waiting.splice(0)) {
      this.giveUp(signal, new AnalysisError('shutdown', 'the machine is stopping', false));
    }
    await Promise.all(this.settled);
    if (this.abandoned > 0) {
      this.log.info(`${this.abandoned} signals stay without analysis until the machine starts again`);
    }
  }

  health(): ComponentHealth {
    if (this.lastFailure !== undefined) {
      return { status: 'degraded', detail: `The last analysis failed: ${this.lastFailure}` };
    }
    return { status: 'ok', detail: `${this.pending()} signals wait for or are in analysis.` };
  }

  private submission(signal: Signal): Submission {
    return { signal, origin: this.spans?.origin() ?? null, sinceMs: performance.now() };
  }

  private run({ signal, origin, sinceMs }: Submission): void {
    this.running++;
    const waitSeconds = (performance.now() - sinceMs) / 1000;
    const span = this.spans?.analysis(signal, origin, waitSeconds, this.analyser.modelName);
    const done = inSpan(span, () => this.analyse(signal, span));
    this.settled.add(done);
    done.then(() => this.settled.delete(done));
  }

  private analyse(signal: Signal, span: OpenSpan | undefined): Promise<void> {
    return this.job.run(signal, this.abandon.signal).then(
      () => this.finish(signal, null),
      (error) => {
        const failure = asAnalysisError(error);
        span?.failed(failure.failure, failure);
        this.finish(signal, failure);
      },
    );
  }

  /** Leaves the queue and is counted in one turn; then the next one starts. */
  private finish(signal: Signal, error: AnalysisError | null): void {
    this.running--;
    if (error === null) {
      this.lastFailure = undefined;
      this.telemetry.analyzed(signal);
    } else {
      this.giveUp(signal, error);
    }
    const next = this.waiting.shift();
    if (next !== undefined) this.run(next);
  }

  private giveUp(signal: Signal, error: AnalysisError): void {
    this.telemetry.analysisGivenUp(signal.traderId);
    if (error.failure === 'shutdown') {
      this.abandoned++;
      return;
    }
    this.lastFailure = `${error.failure}: ${error.message}`;
    const { id, traderId: trader_id, symbol } = signal;
    this.limiter.warn(
      error.failure,
      { signal: id, trader_id, symbol, failure: error.failure },
      `The signal of trader "${signal.traderName}" for ${signal.symbol} stays without analysis: ${error.message}`,
    );
  }
}
