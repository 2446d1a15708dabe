/** One finished execution in the words of those who hear of it: metrics, signals, the database, the trace. */
import type { SpanContext } from '@opentelemetry/api';
import type { Interval } from '../market/interval';
import type { Signal } from '../signals/signal';
import type { ExecutionOutcome } from '../telemetry/filter-telemetry';
import type { ExecutionTrace } from '../telemetry/spans-screening';
import type { Trader } from '../traders/trader';
import type { Cycle } from './cycle';
import type { Execution } from './execution';
import type { ExecutionRecord } from './execution-record';
import type { MatchMemory, MatchSplit } from './match-memory';

/** What main adds to an execution: when it ended by the wall clock, and which matches are new. */
export interface Decision {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly dataAgeSeconds: number | null;
  /** Null when the execution failed: then the last screening's matches stand. */
  readonly split: MatchSplit | null;
}

/**
 * @param monotonicNowMs `nowMs` on the workers' clock, which does not follow the wall clock through a sleep or a
 *   correction: the difference of the two puts the worker's times on the wall clock
 */
export function decide(
  execution: Execution,
  trader: Trader,
  memory: MatchMemory,
  nowMs: number,
  monotonicNowMs: number,
): Decision {
  const { timing, matches, undecided, newestCloseMs, errorType } = execution;
  const startMs = timing.startedAtMs ?? monotonicNowMs;
  const endMs = startMs + timing.durationMs;
  const offsetMs = nowMs - monotonicNowMs;
  const endedAtMs = endMs + offsetMs;
  const matched = matches.map(({ index }) => execution.symbols[index] ?? '');
  return {
    startedAtMs: startMs + offsetMs,
    endedAtMs,
    dataAgeSeconds: newestCloseMs === null ? null : (endedAtMs - newestCloseMs) / 1000,
    split: errorType === null ? memory.screened(trader, matched, undecided) : null,
  };
}

export function outcomeOf(execution: Execution, decision: Decision): ExecutionOutcome {
  const { evaluated, skipped, errorType, timing } = execution;
  const { split, dataAgeSeconds, endedAtMs } = decision;
  return {
    durationSeconds: timing.durationMs / 1000,
    endedAtSeconds: endedAtMs / 1000,
    evaluated,
    skipped,
    dataAgeSeconds,
    screening: split && { newMatches: split.fresh.length, continuingMatches: split.continuing.length },
    errorType,
  };
}

interface SignalOrigin {
  readonly machineId: string;
  readonly trace: SpanContext | null;
  readonly signalId: (traderId: string, symbol: string, interval: Interval, boundaryMs: number) => string;
}

/** One signal for each new match. */
export function signalsOf(
  trader: Trader,
  { interval, boundaryMs }: Cycle,
  { symbols, matches }: Execution,
  { split, endedAtMs }: Decision,
  { machineId, signalId, trace }: SignalOrigin,
): Signal[] {
  const fresh = new Set(split?.fresh);
  const createdAtMs = Math.round(endedAtMs);
  return matches.flatMap(({ index, price, changePercent, quoteVolume, conditions }) => {
    const symbol = symbols[index] ?? '';
    if (!fresh.has(symbol)) return [];
    const id = signalId(trader.id, symbol, interval, boundaryMs);
    const origin = {
      traderId: trader.id,
      traderName: trader.name,
      symbol,
      interval,
      boundaryMs,
      machineId,
      ...(trace && { trace }),
    };
    return [
      { id, ...origin, price, changePercent, quoteVolume, conditions, createdAtMs, ...(trace && { trace }) },
    ];
  });
}

export function recordOf(
  trader: Trader,
  { interval, boundaryMs }: Cycle,
  { evaluated, skipped, errorType, timing }: Execution,
  { split, startedAtMs }: Decision,
  machineId: string,
): ExecutionRecord {
  const { fresh, continuing } = split ?? { fresh: [], continuing: [] };
  return {
    traderId: trader.id,
    machineId,
    interval,
    boundaryMs,
    revision: trader.revision,
    startedAtMs: Math.round(startedAtMs),
    durationMs: timing.durationMs,
    errorType,
    evaluated,
    skipped,
    newMatches: fresh.length,
    continuingMatches: continuing.length,
    matchedSymbols: [...fresh, ...continuing],
  };
}

export function traceOf(
  { id, name }: Trader,
  { symbols }: Cycle,
  { evaluated, errorType, matches, timing, message, fault }: Execution,
  { split, dataAgeSeconds }: Decision,
): ExecutionTrace {
  return {
    traderId: id,
    traderName: name,
    watched: symbols.length,
    evaluated,
    matched: matches.length,
    fresh: split?.fresh.length ?? 0,
    dataAgeSeconds,
    errorType,
    message: message ?? fault?.message ?? null,
    timing,
  };
}
