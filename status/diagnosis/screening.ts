import type { TraderReading } from '../samples/reading';
import { THRESHOLDS } from './thresholds';
import { sumOf, type View } from './view';

/** A trader's latest executions added up: the last one, where pages were taken often enough. */
export interface Screening {
  readonly trader: TraderReading;
  /** `start`: no execution was seen to happen, so these are all since the process began. */
  readonly basis: 'seen' | 'start';
  readonly executions: number;
  readonly screenings: number;
  readonly evaluated: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly executionErrors: Readonly<Record<string, number>>;
}

/** The latest executions of every live trader. */
export function screeningsOf(view: View): Screening[] {
  return [...view.now.traders.values()].filter(({ live }) => live).map((trader) => screeningOf(view, trader));
}

function screeningOf(view: View, trader: TraderReading): Screening {
  const before = beforeLastExecution(view, trader);
  return {
    trader,
    basis: before ? 'seen' : 'start',
    executions: trader.executions - (before?.executions ?? 0),
    screenings: Math.max(0, trader.screenings - (before?.screenings ?? 0)),
    evaluated: Math.max(0, trader.evaluated - (before?.evaluated ?? 0)),
    skipped: beyond(trader.skipped, before?.skipped),
    executionErrors: beyond(trader.executionErrors, before?.executionErrors),
  };
}

/** The trader as it was when it had last executed less, some seconds ago; undefined when that was not seen. */
function beforeLastExecution(
  { readings, now: { atMs: nowMs } }: View,
  now: TraderReading,
): TraderReading | undefined {
  let found: TraderReading | undefined;
  for (let index = readings.length - 2; index >= 0; index--) {
    const { atMs, traders } = readings[index]!;
    const earlier = traders.get(now.id);
    if (!earlier) break;
    if (earlier.executions === now.executions) continue;
    found = earlier;
    if (nowMs - atMs >= THRESHOLDS.recentSeconds * 1000) break;
  }
  return found;
}

export function beyond(
  now: Readonly<Record<string, number>>,
  before: Readonly<Record<string, number>> | undefined,
): Record<string, number> {
  const rest = Object.entries(now).map(([key, value]) => [key, value - (before?.[key] ?? 0)] as const);
  return Object.fromEntries(rest.filter(([, value]) => value > 0));
}

/** Symbols per execution, as near to a whole number as the executions agree. */
export function perExecution(count: number, { executions }: Screening): number {
  return executions > 0 ? Math.round(count / executions) : 0;
}

/** Symbols watched, evaluated or skipped, in all these executions. */
export function watchedIn(screening: Screening): number {
  return screening.evaluated + sumOf(screening.skipped);
}

/** When this trader was last seen to do something good, epoch ms; undefined: not while we looked. */
export function lastSeenMs(
  view: View,
  id: string,
  pick: (trader: TraderReading) => number,
): number | undefined {
  const { readings } = view;
  for (let index = readings.length - 1; index > 0; index--) {
    const [earlier, later] = [readings[index - 1]!.traders.get(id), readings[index]!.traders.get(id)];
    if (later && pick(later) > (earlier ? pick(earlier) : 0)) return readings[index]!.atMs;
  }
  return undefined;
}
