import type { BackoffOptions } from '../backoff';
import type { LogLimiter } from '../log-limiter';
import type { BackfillSpan, MarketSpans } from '../telemetry/spans-market';
import { FeedStoppedError } from './abort';
import { BackfillJobs } from './backfill-jobs';
import { BackfillQueue } from './backfill-queue';
import type { CandleSeries } from './candle-series';
import type { ExchangeClock } from './exchange-clock';
import { candlesBetween } from './interval';
import type { Candle } from './kline';
import type { KlineHistory } from './kline-history';
import { requestUntilAnswered } from './persistent-request';
import { RestError } from './rest-error';

export interface BackfillOptions {
  /** Closed candles a series should have. */
  readonly window: number;
  /** Requests under way at the same time. */
  readonly concurrency: number;
  readonly backoff: BackoffOptions;
  /** How long after a hole was seen history is asked for it, ms: REST may lag, and a burst of holes comes at once. */
  readonly repairDelayMs: number;
}

/** Fills series from REST: whole ones at the start, and what a stream left out. */
export class Backfill {
  /** What keeps the newest request from its answer; empty when nothing does. */
  problem = '';
  private readonly queue = new BackfillQueue();
  private readonly jobs: BackfillJobs;
  private readonly repairs = new Set<CandleSeries>();
  /** Series whose first history has come; a close that came before it proves nothing about what lies before. */
  private readonly filled = new WeakSet<CandleSeries>();
  private repairTimer: NodeJS.Timeout | undefined;
  private active = 0;
  private waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];

  constructor(
    private readonly options: BackfillOptions,
    private readonly history: KlineHistory,
    private readonly store: { merge(series: CandleSeries, history: readonly Candle[]): void },
    private readonly clock: Pick<ExchangeClock, 'now' | 'measure'>,
    private readonly signal: AbortSignal,
    private readonly log: LogLimiter,
    spans?: MarketSpans,
  ) {
    this.jobs = new BackfillJobs(spans);
    signal.addEventListener('abort', () => this.stop(), { once: true });
  }

  /** Series without an answer yet. */
  get pending(): number {
    return this.queue.size + this.active;
  }

  hasFilled(series: CandleSeries): boolean {
    return this.filled.has(series);
  }

  request(series: CandleSeries): void {
    if (this.signal.aborted) return;
    this.queue.push(series);
    this.jobs.asked(series);
    while (this.active < this.options.concurrency && this.queue.size > 0) void this.work();
  }

  repairSoon(series: CandleSeries): void {
    if (this.signal.aborted) return;
    this.repairs.add(series);
    this.repairTimer ??= setTimeout(() => void this.startRepairs(), this.options.repairDelayMs);
  }

  /** @throws FeedStoppedError when the feed stops first */
  whenIdle(): Promise<void> {
    if (this.pending === 0) return Promise.resolve();
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  /** Whether a candle is missing depends on the exchange's clock: this machine may have slept since it was read. */
  private async startRepairs(): Promise<void> {
    await this.clock.measure().catch(() => undefined);
    this.repairTimer = undefined;
    const repairs = [...this.repairs];
    this.repairs.clear();
    const nowMs = this.clock.now();
    for (const series of repairs) if (series.needsHistory(nowMs)) this.request(series);
  }

  private async work(): Promise<void> {
    this.active++;
    for (let series = this.queue.shift(); series; series = this.queue.shift()) await this.fillInJob(series);
    this.active--;
    if (this.pending === 0) for (const { resolve } of this.waiting.splice(0)) resolve();
  }

  /** The series may be asked for anew while it waits for its answer: then its job goes on. */
  private async fillInJob(series: CandleSeries): Promise<void> {
    const job = this.jobs.spanOf(series);
    await (job ? job.span.within(() => this.fill(series, job)) : this.fill(series, undefined));
    if (!this.queue.has(series)) this.jobs.answered(series);
  }

  private async fill(series: CandleSeries, job: BackfillSpan | undefined): Promise<void> {
    try {
      const candles = await this.fetch(series, job);
      this.problem = '';
      if (!series.live) return;
      this.store.merge(series, candles);
      this.filled.add(series);
      job?.received(candles.length);
    } catch (error) {
      if (error instanceof FeedStoppedError) return;
      job?.refused(error instanceof RestError ? error.failure : 'body', error);
      this.warn(series, 'refused', (error as Error).message);
    }
  }

  private fetch(series: CandleSeries, job: BackfillSpan | undefined): Promise<readonly Candle[]> {
    const count = this.wantedCandles(series);
    const fetch = () => (series.live ? this.history.newest(series, count) : Promise.resolve([]));
    return requestUntilAnswered(fetch, this.options.backoff, this.signal, (error, delayMs) => {
      this.problem = `${error.message}, retrying in ${Math.ceil(delayMs / 1000)} s`;
      job?.retried(error.failure, error);
      this.warn(series, error.failure, this.problem);
    });
  }

  private warn({ symbol, interval }: CandleSeries, cause: string, problem: string): void {
    const sentence = `History of ${symbol} ${interval} could not be had: ${problem}`;
    this.log.warn(`backfill ${cause}`, { symbol }, sentence);
  }

  /** From the oldest hole, or from the newest candle, to now; everything when only live closes are there yet. */
  private wantedCandles(series: CandleSeries): number {
    const { window } = this.options;
    const from = series.takeRepairPoint() ?? series.newestClosedMs;
    if (from === undefined || !this.filled.has(series)) return window;
    return Math.min(window, candlesBetween(series.interval, from, this.clock.now()) + 2);
  }

  private stop(): void {
    clearTimeout(this.repairTimer);
    this.queue.clear();
    this.jobs.stop();
    for (const { reject } of this.waiting.splice(0)) reject(new FeedStoppedError());
  }
}
