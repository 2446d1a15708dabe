/** What the thread tells the page: one object per look at the metrics, as JSON. Names were chosen by users: hostile. */
import type { Finding, TraderFunnel } from '../diagnosis/finding';
import type { SymbolAge } from '../samples/reading';

type Counts = Readonly<Record<string, number>>;

/** All times are epoch ms by one clock; the page takes differences only, since its own clock may be another. */
export interface StatusState {
  readonly id: string;
  /** When this was made. */
  readonly nowMs: number;
  /** Why the metrics could not be read this time; null when they were. */
  readonly problem: string | null;
  /** As of the last time they could be read; null before. */
  readonly view: StatusView | null;
}

export interface StatusView {
  /** When the metrics were read. */
  readonly atMs: number;
  readonly machine: MachineView;
  readonly healthy: boolean;
  readonly headline: string;
  readonly findings: readonly Finding[];
  readonly socket: SocketView;
  readonly freshness: FreshnessView;
  readonly signals: SignalsView;
  readonly queues: QueuesView;
  readonly execution: ExecutionView;
  readonly history: HistoryView;
  readonly traders: readonly TraderView[];
}

export interface MachineView {
  readonly version: string | null;
  readonly gitSha: string | null;
  readonly startedMs: number | null;
}

export interface SocketView {
  /** Null where the page of metrics does not say. */
  readonly connected: boolean | null;
  /** Since when it has been as it is without a break. */
  readonly sinceMs: number;
  /** It was so already when it was first looked at. */
  readonly atLeast: boolean;
  readonly connections: Counts;
  readonly reconnectsLastHour: number;
}

export interface IntervalView {
  readonly interval: string;
  readonly series: number;
  readonly medianSeconds: number;
  readonly stale: number;
  readonly stalest: SymbolAge;
}

export interface FreshnessView {
  readonly keySymbols: readonly SymbolAge[];
  readonly intervals: readonly IntervalView[];
  /** By state: wanted, subscribed, delivering. */
  readonly symbols: Counts;
}

export interface SignalsView {
  /** From when on they are counted: an hour ago, or later where less is known. */
  readonly sinceMs: number;
  readonly total: number;
}

export interface QueuesView {
  /** Signals not yet acknowledged by the database. */
  readonly signals: number;
  readonly analysis: number;
  /** Filters that wait for a worker. */
  readonly screening: number;
  readonly executions: number;
  readonly events: number;
  /** Since the process began: signals given up before they were stored, and analyses given up. */
  readonly dropped: number;
  readonly analysesFailed: number;
}

/** Null: no execution in that time. */
export interface ExecutionView {
  readonly windowSeconds: number;
  readonly count: number;
  readonly averageMs: number | null;
  readonly p95Ms: number | null;
}

/** Columns of equal length, oldest first. */
export interface HistoryView {
  readonly atMs: readonly number[];
  readonly newMatches: readonly number[];
  readonly continuing: readonly number[];
  readonly averageMs: readonly (number | null)[];
  readonly p95Ms: readonly (number | null)[];
}

export interface TraderView extends TraderFunnel {
  readonly signalsLastHour: number;
  /** Of the last hour. */
  readonly execution: ExecutionView;
  readonly lastExecutionMs: number | null;
}
