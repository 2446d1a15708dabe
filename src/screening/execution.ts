import type { ExecutionErrorType, SkipReason } from '../telemetry/label-values';
import type { ExecutionTiming } from '../telemetry/spans-screening';
import type { FilterResult } from './filter-runner';
import { type FilterReply, type SymbolFault, type SymbolMatch, VERDICTS } from './messages';

/** One trader's filter over its symbols in one cycle, as it ended. `evaluated` + all `skipped` = the symbols watched. */
export interface Execution {
  /** The symbols watched; matches point into them. */
  readonly symbols: readonly string[];
  readonly evaluated: number;
  readonly skipped: Readonly<Record<SkipReason, number>>;
  /** Null: the trader was screened. */
  readonly errorType: ExecutionErrorType | null;
  /** What went wrong as a whole, for the log. */
  readonly message: string | null;
  readonly fault: SymbolFault | null;
  readonly matches: readonly SymbolMatch[];
  /** Symbols without verdict. */
  readonly undecided: readonly string[];
  readonly newestCloseMs: number | null;
  readonly timing: Timing;
}

export interface Timing extends ExecutionTiming {
  /** In the worker, compiling included. */
  readonly durationMs: number;
}

const NOTHING_SKIPPED = {
  no_data: 0,
  insufficient_history: 0,
  stale_data: 0,
  error: 0,
  bad_return: 0,
} as const;
const NO_RUN: Timing = {
  startedAtMs: null,
  queueMs: 0,
  compileMs: null,
  runMs: 0,
  durationMs: 0,
  slot: null,
};

/** A trader whose symbols cannot have data: no worker was asked. */
export function withoutData(symbols: readonly string[], message: string): Execution {
  return allSkipped(symbols, 'no_data', 'missing_data', message, NO_RUN);
}

/** The pool refused the task: a stop in between, or a fault of ours. */
export function refused(symbols: readonly string[], message: string): Execution {
  return allSkipped(symbols, 'error', 'unknown', message, NO_RUN);
}

export function executionOf(result: FilterResult, symbols: readonly string[]): Execution {
  const compileMs = result.kind === 'failed' ? null : result.compileMs;
  const { startedAtMs, queueMs, runMs, slot } = result;
  const timing = { startedAtMs, queueMs, compileMs, runMs, slot, durationMs: (compileMs ?? 0) + runMs };
  if (result.kind === 'failed') return allSkipped(symbols, 'error', result.errorType, result.message, timing);
  if (result.kind === 'compile_error')
    return allSkipped(symbols, 'error', 'compile', `the filter does not compile: ${result.message}`, timing);
  return evaluatedBy(result, symbols, timing);
}

function evaluatedBy(
  reply: Extract<FilterReply, { kind: 'evaluated' }>,
  symbols: readonly string[],
  timing: Timing,
): Execution {
  const skipped: Record<SkipReason, number> = { ...NOTHING_SKIPPED };
  const undecided: string[] = [];
  symbols.forEach((symbol, index) => {
    const verdict = VERDICTS[reply.verdicts[index] ?? -1] ?? 'error';
    if (verdict === 'match' || verdict === 'no_match') return;
    skipped[verdict]++;
    undecided.push(symbol);
  });
  const evaluated = symbols.length - undecided.length;
  const errorType = evaluated > 0 ? null : commonestCause(skipped);
  const { matches, firstFault: fault, newestCloseMs } = reply;
  const judged = { symbols, evaluated, skipped, undecided, errorType };
  return { ...judged, message: null, fault, matches, newestCloseMs, timing };
}

/** No symbol could be evaluated: the reason most symbols share. In a tie the filter's own faults come first. */
function commonestCause(skipped: Readonly<Record<SkipReason, number>>): ExecutionErrorType {
  const causes: [ExecutionErrorType, number][] = [
    ['runtime', skipped.error],
    ['bad_return', skipped.bad_return],
    ['missing_data', skipped.no_data + skipped.insufficient_history + skipped.stale_data],
  ];
  return causes.reduce((most, cause) => (cause[1] > most[1] ? cause : most))[0];
}

function allSkipped(
  symbols: readonly string[],
  reason: SkipReason,
  errorType: ExecutionErrorType,
  message: string,
  timing: Timing,
): Execution {
  return {
    symbols,
    evaluated: 0,
    skipped: { ...NOTHING_SKIPPED, [reason]: symbols.length },
    errorType,
    message,
    fault: null,
    matches: [],
    undecided: symbols,
    newestCloseMs: null,
    timing,
  };
}
