import type { Context, Counter, Histogram, Meter } from '@opentelemetry/api';
import { FILTER_METRICS } from './catalogue/filter';
import { FilterLevels } from './filter-levels';
import { counter, declareSeries, histogram } from './instruments';
import {
  EXECUTION_ERROR_TYPES,
  type ExecutionErrorType,
  SKIP_REASONS,
  type SkipReason,
} from './label-values';
import type { TraderLabels } from './trader-labels';
import type { TraderTelemetry } from './trader-telemetry';

/** What one execution came to. Exactly one of `screening` and `errorType` is set. */
export interface ExecutionOutcome {
  /** Wall time in the worker, queueing excluded. */
  readonly durationSeconds: number;
  /** Epoch seconds. */
  readonly endedAtSeconds: number;
  readonly evaluated: number;
  readonly skipped: Readonly<Record<SkipReason, number>>;
  /** Age of the newest closed candle at the decision; null when no symbol had one. */
  readonly dataAgeSeconds: number | null;
  readonly screening: { readonly newMatches: number; readonly continuingMatches: number } | null;
  readonly errorType: ExecutionErrorType | null;
}

/** Executions and screenings, per trader. */
export class FilterTelemetry {
  private readonly executions: Counter;
  private readonly duration: Histogram;
  private readonly durationMs: Histogram;
  private readonly executionErrors: Counter;
  private readonly screenings: Counter;
  private readonly matches: Counter;
  private readonly levels: FilterLevels;
  private readonly evaluated: Counter;
  private readonly skipped: Counter;
  private readonly dataAge: Histogram;
  private readonly overruns: Counter;

  constructor(
    meter: Meter,
    private readonly traders: TraderTelemetry,
  ) {
    this.executions = counter(meter, FILTER_METRICS.executions);
    this.duration = histogram(meter, FILTER_METRICS.executionDuration);
    this.durationMs = histogram(meter, FILTER_METRICS.executionTimeMs);
    this.executionErrors = counter(meter, FILTER_METRICS.executionErrors);
    this.screenings = counter(meter, FILTER_METRICS.screenings);
    this.matches = counter(meter, FILTER_METRICS.matches);
    this.levels = new FilterLevels(meter);
    this.evaluated = counter(meter, FILTER_METRICS.symbolsEvaluated);
    this.skipped = counter(meter, FILTER_METRICS.symbolsSkipped);
    this.dataAge = histogram(meter, FILTER_METRICS.dataAge);
    this.overruns = counter(meter, FILTER_METRICS.overruns);
  }

  /** Puts a trader's series on the page at zero, so that a division over them has both sides from the start. */
  traderAdded(labels: TraderLabels): void {
    const { id, named } = labels;
    this.levels.add(labels);
    for (const total of [this.executions, this.evaluated]) total.add(0, id);
    for (const total of [this.screenings, this.matches]) total.add(0, named);
    for (const error_type of EXECUTION_ERROR_TYPES) this.executionErrors.add(0, { ...id, error_type });
    for (const reason of SKIP_REASONS) this.skipped.add(0, { ...id, reason });
    for (const distribution of [this.duration, this.dataAge]) declareSeries(distribution, id);
    declareSeries(this.durationMs, named);
  }

  traderRemoved(traderId: string): void {
    this.levels.remove(traderId);
  }

  intervalUsed(interval: string): void {
    this.overruns.add(0, { interval });
  }

  /**
   * Everything about one execution in one go: whoever scrapes sees all of it or nothing, so that
   * executions = screenings + errors and watching = evaluated + skipped hold on every page.
   * @param within the execution's span, which the duration's exemplar leads to
   */
  executionEnded({ id, named }: TraderLabels, outcome: ExecutionOutcome, within?: Context): void {
    const { evaluated, skipped, screening, errorType, dataAgeSeconds } = outcome;
    this.executions.add(1, id);
    this.duration.record(outcome.durationSeconds, id, within);
    this.durationMs.record(outcome.durationSeconds * 1000, named);
    this.evaluated.add(evaluated, id);
    let watching = evaluated;
    for (const reason of SKIP_REASONS) {
      watching += skipped[reason];
      if (skipped[reason] > 0) this.skipped.add(skipped[reason], { ...id, reason });
    }
    this.levels.executed(id.trader_id, watching, outcome.endedAtSeconds);
    if (dataAgeSeconds !== null) this.dataAge.record(Math.max(0, dataAgeSeconds), id);
    if (screening !== null) {
      this.screenings.add(1, named);
      this.matches.add(screening.newMatches + screening.continuingMatches, named);
      this.levels.screened(id.trader_id, screening.newMatches, screening.continuingMatches);
    } else {
      const error_type = errorType ?? 'unknown';
      this.executionErrors.add(1, { ...id, error_type });
      this.traders.failed(id.trader_id, error_type);
    }
  }

  cycleOverrun(interval: string): void {
    this.overruns.add(1, { interval });
  }
}
