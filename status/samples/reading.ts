/** What the status views keep of a page: small, typed, and without the thousands of series per symbol. */
import type { Distribution } from './distribution';

type Counts = Readonly<Record<string, number>>;

export interface TraderReading {
  readonly id: string;
  /** Chosen by users: hostile. The id where the page has no name. */
  readonly name: string;
  /** In the registry now; a deleted trader's counters stay on the page for a while. */
  readonly live: boolean;
  /** Counters since the process began. */
  readonly executions: number;
  readonly screenings: number;
  readonly evaluated: number;
  readonly matches: number;
  readonly signals: number;
  readonly persisted: number;
  /** By `reason`. */
  readonly skipped: Counts;
  /** Failed executions by `error_type`. */
  readonly executionErrors: Counts;
  /** Failed attempts to store, by `error_type`. */
  readonly persistErrors: Counts;
  /** Every error by `error_type`. */
  readonly errors: Counts;
  /** Levels of the last screening; null where the page has none. */
  readonly watching: number | null;
  readonly newMatches: number | null;
  readonly continuing: number | null;
  /** Epoch seconds; null before the first execution. */
  readonly lastExecutionSeconds: number | null;
  readonly durationSeconds: Distribution;
  readonly dataAgeSeconds: Distribution;
}

export interface SymbolAge {
  readonly symbol: string;
  readonly interval: string;
  readonly ageSeconds: number;
}

export interface IntervalReading {
  readonly interval: string;
  readonly series: number;
  readonly updates: number;
  readonly missing: number;
  readonly freshestSeconds: number;
  readonly medianSeconds: number;
  readonly stalest: SymbolAge;
  /** Series older than the interval and two minutes. */
  readonly stale: number;
  /** Closed candles in memory. */
  readonly smallestBuffer: number;
  readonly medianBuffer: number;
}

export interface FeedReading {
  /** Null where the page does not say. */
  readonly connected: boolean | null;
  /** By `state`. */
  readonly connections: Counts;
  /** By `state`. */
  readonly symbols: Counts;
  readonly reconnects: number;
  /** By `type`. */
  readonly messages: Counts;
  readonly latencyMs: Distribution;
  /** Messages from the future. */
  readonly clockSkew: number;
  /** How far the newest kline lies in the machine's future; null where its clock is not known. */
  readonly skewSeconds: number | null;
  readonly parseErrors: number;
  readonly tickerSymbols: number;
  readonly tickerUpdates: number;
  /** By `endpoint status`. */
  readonly rest: Counts;
  readonly intervals: readonly IntervalReading[];
  /** The freshest series of the symbols that everybody knows. */
  readonly keySymbols: readonly SymbolAge[];
}

export interface WorkersReading {
  readonly size: number;
  readonly usage: number;
  readonly active: number;
  readonly idle: number;
  readonly queued: number;
  readonly busySeconds: number;
  /** By `reason`. */
  readonly restarts: Counts;
}

export interface SignalsReading {
  readonly generated: number;
  readonly persisted: number;
  /** By `reason`. */
  readonly dropped: Counts;
  /** Items not yet acknowledged, by `queue_type`. */
  readonly queues: Counts;
  readonly batchWrites: number;
  readonly writeErrors: number;
  readonly writeDurationMs: Distribution;
  readonly pendingAnalysis: number;
  readonly analyzed: number;
  readonly analysisFailed: number;
}

export interface TelemetryReading {
  readonly configOk: boolean;
  readonly pageBytes: number;
  readonly series: number;
  readonly scrapes: Counts;
  readonly scrapeErrors: number;
  readonly rejected: Counts;
  /** By `metric`. */
  readonly overflow: Counts;
  readonly spansDropped: Counts;
  readonly eventLoopP99Seconds: number | null;
  readonly eventLoopUtilization: number | null;
}

export interface Reading {
  /** When it was taken, by the viewer's clock, epoch ms. */
  readonly atMs: number;
  /** The machine's own clock at that moment, epoch ms. */
  readonly machineMs: number;
  /** Start of the process by the machine's clock, epoch ms; null where the page does not say. */
  readonly startedMs: number | null;
  readonly version: string | null;
  readonly gitSha: string | null;
  readonly registrySize: number | null;
  readonly tradersLoaded: number;
  readonly tradersRefused: number;
  /** Intervals that have screening cycles. */
  readonly overruns: Counts;
  readonly traders: ReadonlyMap<string, TraderReading>;
  readonly feed: FeedReading;
  readonly workers: WorkersReading;
  readonly signals: SignalsReading;
  readonly telemetry: TelemetryReading;
}
