import type { ComponentHealth } from '../health';

/** How far the feed has come: a stage it has not reached is not there to be healthy. */
export type FeedPhase = 'idle' | 'universe' | 'subscribing' | 'backfilling' | 'following' | 'stopped';

export interface FeedCondition {
  readonly phase: FeedPhase;
  readonly symbols: number;
  readonly intervals: number;
  readonly connections: Readonly<Record<'connecting' | 'open' | 'backoff', number>>;
  readonly connected: boolean;
  /** What went wrong with connections that are down. */
  readonly connectionProblems: readonly string[];
  readonly universeProblem: string;
  readonly backfillPending: number;
  readonly backfillProblem: string;
  /** Streams that were acknowledged and never said anything since. */
  readonly silentStreams: number;
}

/** The operator's sentence about the exchange. */
export function feedHealth(condition: FeedCondition): ComponentHealth {
  if (condition.phase === 'idle' || condition.phase === 'stopped') {
    return { status: 'failed', detail: `the market feed is ${condition.phase}` };
  }
  if (condition.phase === 'universe') {
    const problem = condition.universeProblem || 'asking the exchange';
    return { status: 'failed', detail: `no universe: ${problem}` };
  }
  if (condition.connections.open === 0) {
    const problem = condition.connectionProblems[0] ?? 'connecting';
    return { status: 'failed', detail: `no connection to the exchange: ${problem}` };
  }
  const concerns = concernsOf(condition);
  if (concerns.length > 0) return { status: 'degraded', detail: concerns.join('; ') };
  const { symbols, intervals, connections } = condition;
  return {
    status: 'ok',
    detail: `${symbols} symbols × ${intervals} intervals over ${connections.open} connection${connections.open > 1 ? 's' : ''}`,
  };
}

function concernsOf(condition: FeedCondition): string[] {
  const { connections, connectionProblems, backfillPending, backfillProblem } = condition;
  const concerns: string[] = [];
  if (!condition.connected) {
    const total = connections.open + connections.connecting + connections.backoff;
    const problem = connectionProblems[0] ?? 'subscribing';
    concerns.push(`${connections.open} of ${total} connections open: ${problem}`);
  }
  if (backfillProblem || condition.phase === 'backfilling') {
    concerns.push(
      `history of ${backfillPending} series is still missing${backfillProblem && `: ${backfillProblem}`}`,
    );
  }
  if (condition.universeProblem) concerns.push(`universe not refreshed: ${condition.universeProblem}`);
  if (condition.silentStreams > 0) concerns.push(`${condition.silentStreams} subscribed streams are silent`);
  return concerns;
}
