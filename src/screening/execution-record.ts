import type { Interval } from '../market/interval';
import type { ExecutionErrorType, SkipReason } from '../telemetry/label-values';

/** One execution as the database keeps it: the history behind "420 screenings, 0 signals". */
export interface ExecutionRecord {
  readonly traderId: string;
  readonly machineId: string;
  readonly interval: Interval;
  readonly boundaryMs: number;
  /** Revision of the trader that ran: matches are only carried over a restart for the same revision. */
  readonly revision: string;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly errorType: ExecutionErrorType | null;
  readonly evaluated: number;
  readonly skipped: Readonly<Record<SkipReason, number>>;
  readonly newMatches: number;
  readonly continuingMatches: number;
  /** Every symbol that matched. */
  readonly matchedSymbols: readonly string[];
}
