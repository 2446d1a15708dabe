/** What happened lately, as differences between readings. */
import { added, type Distribution, mean, quantile, since } from '../samples/distribution';
import type { History } from '../samples/history';
import type { Reading, TraderReading } from '../samples/reading';
import type { ExecutionView } from './state';

export const HOUR_MS = 3_600_000;
const FIVE_MINUTES_MS = 300_000;

/** What the newest reading is compared with; `undefined`: its counters began within the span, so all of them counts. */
export interface Span {
  readonly fromMs: number;
  readonly before: Reading | undefined;
}

export function spanOf(history: History, now: Reading, windowMs: number): Span {
  const fromMs = now.atMs - windowMs;
  const oldest = history.before(windowMs);
  const startedMs = startOf(now) ?? 0;
  if (startedMs >= fromMs) return { fromMs: startedMs, before: undefined };
  return oldest ? { fromMs: oldest.atMs, before: oldest } : { fromMs: now.atMs, before: now };
}

/** By the reading's clock: the machine's own may have been set since the process began. */
export function startOf({ atMs, machineMs, startedMs }: Reading): number | null {
  return startedMs === null ? null : startedMs + (atMs - machineMs);
}

export function signalsOf(trader: TraderReading, { before }: Span): number {
  return Math.max(0, trader.signals - (before?.traders.get(trader.id)?.signals ?? 0));
}

export function executionOf(trader: TraderReading, span: Span, now: Reading): ExecutionView {
  return figures(durations(trader, span), span, now);
}

/** Of all traders: of the last five minutes, or of the last hour when nothing ran in those. */
export function executionsOf(history: History, now: Reading): ExecutionView {
  const recent = allExecutions(now, spanOf(history, now, FIVE_MINUTES_MS));
  return recent.count > 0 ? recent : allExecutions(now, spanOf(history, now, HOUR_MS));
}

function allExecutions(now: Reading, span: Span): ExecutionView {
  return figures(added([...now.traders.values()].map((trader) => durations(trader, span))), span, now);
}

function durations(trader: TraderReading, { before }: Span): Distribution {
  return since(trader.durationSeconds, before?.traders.get(trader.id)?.durationSeconds);
}

function figures(distribution: Distribution, span: Span, now: Reading): ExecutionView {
  return {
    windowSeconds: Math.round((now.atMs - span.fromMs) / 1000),
    count: distribution.count,
    averageMs: inMs(mean(distribution)),
    p95Ms: inMs(quantile(distribution, 0.95)),
  };
}

function inMs(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 1e6) / 1000;
}
