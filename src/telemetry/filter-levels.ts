import type { Meter } from '@opentelemetry/api';
import { FILTER_METRICS } from './catalogue/filter';
import { observableGauge } from './instruments';
import type { TraderLabels } from './trader-labels';

/** What the gauges of one trader read. */
interface Levels {
  readonly labels: TraderLabels;
  newMatches: number;
  continuingMatches: number;
  watching: number;
  /** Epoch seconds; 0 before the first execution. */
  lastExecutionSeconds: number;
}

/** The gauges of each trader that runs. Read at the scrape, so that those of a deleted trader leave the page. */
export class FilterLevels {
  private readonly levels = new Map<string, Levels>();

  constructor(meter: Meter) {
    const fresh = observableGauge(meter, FILTER_METRICS.newMatches);
    const continuing = observableGauge(meter, FILTER_METRICS.continuingMatches);
    const watched = observableGauge(meter, FILTER_METRICS.symbolsWatching);
    const lastExecution = observableGauge(meter, FILTER_METRICS.lastExecution);
    meter.addBatchObservableCallback(
      (result) => {
        for (const { labels, newMatches, continuingMatches } of this.levels.values()) {
          result.observe(fresh, newMatches, labels.named);
          result.observe(continuing, continuingMatches, labels.named);
        }
      },
      [fresh, continuing],
    );
    meter.addBatchObservableCallback(
      (result) => {
        for (const { labels, watching, lastExecutionSeconds } of this.levels.values()) {
          result.observe(watched, watching, labels.id);
          result.observe(lastExecution, lastExecutionSeconds, labels.id);
        }
      },
      [watched, lastExecution],
    );
  }

  /** A renamed trader keeps its levels under its new name. */
  add(labels: TraderLabels): void {
    const before = this.levels.get(labels.id.trader_id);
    const start = before ?? { newMatches: 0, continuingMatches: 0, watching: 0, lastExecutionSeconds: 0 };
    this.levels.set(labels.id.trader_id, { ...start, labels });
  }

  remove(traderId: string): void {
    this.levels.delete(traderId);
  }

  executed(traderId: string, watching: number, endedAtSeconds: number): void {
    const level = this.levels.get(traderId);
    if (level === undefined) return;
    level.watching = watching;
    level.lastExecutionSeconds = endedAtSeconds;
  }

  screened(traderId: string, newMatches: number, continuingMatches: number): void {
    const level = this.levels.get(traderId);
    if (level === undefined) return;
    level.newMatches = newMatches;
    level.continuingMatches = continuingMatches;
  }
}
