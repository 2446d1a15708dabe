import type { ComponentHealth } from '../health';
import type { Logger } from '../log';
import { LogLimiter } from '../log-limiter';
import type { SignalTelemetry } from '../telemetry/signal-telemetry';
import type { Analyser } from './analysis';
import { AnalysisError, asAnalysisError } from './analysis-error';
import { AnalysisJob, type AnalysisStore, type TryOptions } from './analysis-job';
import type { Signal } from './signal';

export interface AnalysisQueueOptions extends TryOptions {
  readonly concurrency: number;
  /** Signals waiting, beside those in analysis. */
  readonly capacity: number;
}

const DEFAULTS: AnalysisQueueOptions = {
  concurrency: 4,
  capacity: 100,
  tries: 3,
  tryTimeoutMs: 30_000,
  retryDelayMs: 2000,
};

/**
 * Analyses stored signals, a few at a time. Every submitted signal ends as analysed or failed, exactly once; analysed
 * means stored. When the queue is full the new signal is refused: those that wait longest are the next to be done.
 */
export class AnalysisQueue {
  private readonly options: AnalysisQueueOptions;
  private readonly job: AnalysisJob;
  private readonly waiting: Signal[] = [];
  /** A full queue gives up many signals at once: one line tells. */
  private readonly limiter: LogLimiter;
  private running = 0;
  private abandoned = 0;
  private readonly abandon = new AbortController();
  private readonly settled = new Set<Promise<void>>();
  private lastFailure: string | undefined;

  constructor(
    analyser: Analyser,
    repository: AnalysisStore,
    options: Partial<AnalysisQueueOptions>,
    private readonly telemetry: SignalTelemetry,
    private readonly log: Logger,
  ) {
    this.options = { ...DEFAULTS, ...options };
    this.limiter = new LogLimiter(log);
    this.job = new AnalysisJob(analyser, repository, this.options);
  }

  submit(signal: Signal): void {
    if (this.abandon.signal.aborted) {
      this.giveUp(signal, new AnalysisError('shutdown', 'the machine is stopping', false));
    } else if (this.running < this.options.concurrency) {
      this.run(signal);
    } else if (this.waiting.length < this.options.capacity) {
      this.waiting.push(signal);
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
    for (const signal of this.waiting.splice(0)) {
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

  private run(signal: Signal): void {
    this.running++;
    const done = this.job.run(signal, this.abandon.signal).then(
      () => this.finish(signal, null),
      (error) => this.finish(signal, asAnalysisError(error)),
    );
    this.settled.add(done);
    done.then(() => this.settled.delete(done));
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
