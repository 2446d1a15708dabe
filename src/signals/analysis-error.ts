import type { AnalysisFailure } from '../telemetry/label-values';

export class AnalysisError extends Error {
  /** @param message a clause without secrets: it is logged */
  constructor(
    readonly failure: AnalysisFailure,
    message: string,
    /** Whether another try may succeed. */
    readonly mayPass: boolean,
  ) {
    super(message);
    this.name = 'AnalysisError';
  }
}

/** Any error as an analysis error; what an analyser did not explain may pass. */
export function asAnalysisError(error: unknown): AnalysisError {
  if (error instanceof AnalysisError) return error;
  return new AnalysisError('unknown', error instanceof Error ? error.message : String(error), true);
}
