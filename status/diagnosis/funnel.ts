import type { Finding, Severity, Stage, StageCounts, TraderFunnel } from './finding';
import { STAGES } from './finding';
import { outcomeOf } from './outcome';
import { perExecution, type Screening, watchedIn } from './screening';
import { sumOf, type View } from './view';

const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'notice'];
/** Reasons that leave a symbol without candles to look at. */
const WITHOUT_DATA = ['no_data', 'insufficient_history', 'stale_data'];

/** @param findings those about this trader, the most telling first */
export function funnelOf(view: View, screening: Screening, findings: readonly Finding[]): TraderFunnel {
  const { trader } = screening;
  const counts = countsOf(view, screening);
  const first = findings[0];
  return {
    id: trader.id,
    name: trader.name,
    counts,
    skipped: skippedOf(screening),
    continuing: trader.continuing,
    closedAt: closedAt(counts, findings),
    sentence: first?.predicate ?? sentenceOf(view, screening),
    severity: SEVERITIES.find((one) => findings.some(({ severity }) => severity === one)) ?? null,
    lastExecutionSeconds: trader.lastExecutionSeconds,
  };
}

function countsOf(view: View, screening: Screening): StageCounts {
  const { trader, evaluated, skipped, executions } = screening;
  const watching = executions > 0 ? perExecution(watchedIn(screening), screening) : trader.watching;
  const missing = WITHOUT_DATA.reduce((sum, reason) => sum + (skipped[reason] ?? 0), 0);
  const judged = executions > 0 ? perExecution(evaluated, screening) : null;
  // The levels are those of the last screening; an execution that failed since then matched nothing.
  const screened = judged !== 0;
  return {
    watching,
    'with data': executions > 0 && watching !== null ? watching - perExecution(missing, screening) : null,
    evaluated: judged,
    matched: screened ? (trader.newMatches ?? 0) + (trader.continuing ?? 0) : 0,
    new: screened ? trader.newMatches : 0,
    queued: queuedOf(view, screening),
    persisted: trader.persisted,
    analysed: null,
  };
}

/** The queue has no trader on it: what this trader generated and the database has not acknowledged, if it waits there. */
function queuedOf({ now }: View, { trader }: Screening): number {
  const unacknowledged = Math.max(0, trader.signals - trader.persisted);
  return Math.min(unacknowledged, now.signals.queues.signals ?? unacknowledged);
}

function closedAt(counts: StageCounts, findings: readonly Finding[]): Stage | null {
  const upToNew = STAGES.slice(0, STAGES.indexOf('queued'));
  const closed = upToNew.find((stage) => counts[stage] === 0);
  if (closed) return closed;
  return findings.some(({ cause }) => cause === 'database_failing') ? 'persisted' : null;
}

function skippedOf(screening: Screening): Record<string, number> {
  const each = Object.entries(screening.skipped).map(
    ([reason, count]) => [reason, perExecution(count, screening)] as const,
  );
  return Object.fromEntries(each.filter(([, count]) => count > 0));
}

function sentenceOf(view: View, screening: Screening): string {
  if (screening.executions === 0) return 'has not screened yet';
  if (screening.evaluated === 0 && sumOf(screening.skipped) === 0) return 'watches no symbol';
  return outcomeOf(view, screening);
}
