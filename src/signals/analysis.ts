import type { Signal } from './signal';

export const DECISIONS = ['enter_trade', 'bad_setup', 'wait'] as const;
export type Decision = (typeof DECISIONS)[number];

/** Prices worth watching, in the quote asset. */
export interface KeyLevels {
  readonly support: readonly number[];
  readonly resistance: readonly number[];
  readonly stop: number | null;
  readonly target: number | null;
}

/** What an analyser makes of a signal. */
export interface Assessment {
  readonly decision: Decision;
  /** 0 to 1. */
  readonly confidence: number;
  readonly reasoning: string;
  readonly keyLevels: KeyLevels;
  readonly technicalIndicators: Readonly<Record<string, number | null>>;
}

/** An assessment as the database keeps it. */
export interface StoredAnalysis extends Assessment {
  readonly signalId: string;
  readonly traderId: string;
  readonly modelName: string;
  /** From the start of the first try to the answer. */
  readonly latencyMs: number;
}

export interface Analyser {
  readonly modelName: string;
  /** @throws AnalysisError; anything else counts as a failure that may pass */
  analyse(signal: Signal, abort: AbortSignal): Promise<Assessment>;
}
