import type { TryOptions } from './analysis-job';

export interface AnalysisQueueOptions extends TryOptions {
  readonly concurrency: number;
  /** Signals waiting, beside those in analysis. */
  readonly capacity: number;
}

export const ANALYSIS_DEFAULTS: AnalysisQueueOptions = {
  concurrency: 4,
  capacity: 100,
  tries: 3,
  tryTimeoutMs: 30_000,
  retryDelayMs: 2000,
};
