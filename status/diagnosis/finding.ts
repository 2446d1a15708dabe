import type { Cause } from './causes';
import type { Runbook } from './runbooks';

/** `critical`: no trader can signal, or signals are lost; `warning`: something is broken; `notice`: nothing is. */
export type Severity = 'critical' | 'warning' | 'notice';

export type Subject =
  | { readonly kind: 'machine' }
  | { readonly kind: 'trader'; readonly id: string /** Chosen by users: hostile. */; readonly name: string };

/** One thing the operator should know. Sentences and evidence hold names that users chose: escape them for the medium. */
export interface Finding {
  readonly cause: Cause;
  readonly severity: Severity;
  readonly subject: Subject;
  readonly sentence: string;
  /** The sentence without its subject, for a place that names the trader already. */
  readonly predicate: string;
  /** Series and values that the sentence rests on. */
  readonly evidence: readonly string[];
  /** Name of the alert and of the file in `monitoring/runbooks/`. */
  readonly runbook: Runbook;
}

/** The way from a watched symbol to an analysed signal, in order. */
export const STAGES = [
  'watching',
  'with data',
  'evaluated',
  'matched',
  'new',
  'queued',
  'persisted',
  'analysed',
] as const;
export type Stage = (typeof STAGES)[number];

/**
 * `watching` to `new` are symbols of a typical screening; `queued` are signals that wait for the database now;
 * `persisted` counts signals since the process began. `null`: the page does not say (`analysed` has no trader on it).
 */
export type StageCounts = Readonly<Record<Stage, number | null>>;

export interface TraderFunnel {
  readonly id: string;
  /** Chosen by users: hostile. */
  readonly name: string;
  readonly counts: StageCounts;
  /** Symbols without verdict in that screening, by reason; only reasons that occur. */
  readonly skipped: Readonly<Record<string, number>>;
  readonly continuing: number | null;
  /** The first stage that nothing reaches; null while signals flow through all of them. */
  readonly closedAt: Stage | null;
  /** One line: where the funnel closes and why, or that it does not. */
  readonly sentence: string;
  /** The worst finding's severity for this trader; null: nothing to say. */
  readonly severity: Severity | null;
  /** Epoch seconds; null before the first execution. */
  readonly lastExecutionSeconds: number | null;
}

export interface Diagnosis {
  /** False as soon as one finding is `warning` or `critical`. */
  readonly healthy: boolean;
  /** The one line to read at 3 a.m. */
  readonly headline: string;
  /** Worst first, causes before their consequences. */
  readonly findings: readonly Finding[];
  /** In the order of their names. */
  readonly traders: readonly TraderFunnel[];
  /** Length of the comparison; 0: one page only, so that nothing recent is known. */
  readonly windowSeconds: number;
}
