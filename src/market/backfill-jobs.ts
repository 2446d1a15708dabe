import type { BackfillSpan, MarketSpans } from '../telemetry/spans-market';
import type { CandleSeries } from './candle-series';
import type { Interval } from './interval';

interface Job {
  readonly span: BackfillSpan;
  readonly waiting: Set<CandleSeries>;
}

/** Requests for history as spans: one for each interval, from its first symbol that is asked for to its last answer. */
export class BackfillJobs {
  private readonly jobs = new Map<Interval, Job>();

  constructor(private readonly spans: MarketSpans | undefined) {}

  asked(series: CandleSeries): void {
    const job = this.jobs.get(series.interval) ?? this.begin(series.interval);
    job?.span.asked(series.symbol);
    job?.waiting.add(series);
  }

  spanOf(series: CandleSeries): BackfillSpan | undefined {
    return this.jobs.get(series.interval)?.span;
  }

  /** Ends the interval's job when nothing of it is left. */
  answered(series: CandleSeries): void {
    const job = this.jobs.get(series.interval);
    job?.waiting.delete(series);
    if (job?.waiting.size !== 0) return;
    this.jobs.delete(series.interval);
    job.span.end();
  }

  stop(): void {
    for (const { span } of this.jobs.values()) span.end();
    this.jobs.clear();
  }

  private begin(interval: Interval): Job | undefined {
    const span = this.spans?.backfill(interval);
    if (span === undefined) return undefined;
    const job = { span, waiting: new Set<CandleSeries>() };
    this.jobs.set(interval, job);
    return job;
  }
}
