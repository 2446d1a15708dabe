import type { Interval } from '../market/interval';
import type { ExecutionRecord } from '../screening/execution-record';
import type { Database } from './database';

/** A trader's latest screening, whichever machine ran it. */
export interface LastMatches {
  readonly traderId: string;
  readonly revision: string;
  readonly interval: Interval;
  readonly boundaryMs: number;
  readonly symbols: readonly string[];
}

const INSERT = `
  insert into trader_executions
  select * from jsonb_to_recordset($1::jsonb) as execution (
    trader_id uuid, interval text, boundary timestamptz, machine_id text, revision text, started_at timestamptz,
    duration_ms double precision, error_type text, evaluated integer, skipped jsonb, new_matches integer,
    continuing_matches integer, matched_symbols text[])
  on conflict (trader_id, interval, boundary, machine_id, revision) do nothing`;

const LAST_MATCHES = `
  select trader.id as "traderId", last.revision, last.interval,
         (extract(epoch from last.boundary) * 1000)::double precision as "boundaryMs", last.matched_symbols as symbols
  from traders trader
  cross join lateral (
    select * from trader_executions execution
    where execution.trader_id = trader.id and execution.error_type is null
    order by boundary desc, started_at desc limit 1) last
  where trader.enabled`;

export class ExecutionRepository {
  constructor(private readonly database: Database) {}

  /** One statement: all rows or none. An execution that is stored already is left as it is. */
  async insert(records: readonly ExecutionRecord[]): Promise<void> {
    await this.database.query(INSERT, [JSON.stringify(records.map(rowOf))]);
  }

  /** What each enabled trader matched last, for a machine that starts: its matches go on instead of being new. */
  lastMatches(): Promise<LastMatches[]> {
    return this.database.query<LastMatches & Record<string, unknown>>(LAST_MATCHES);
  }
}

function rowOf(record: ExecutionRecord): Record<string, unknown> {
  return {
    trader_id: record.traderId,
    interval: record.interval,
    boundary: new Date(record.boundaryMs),
    machine_id: record.machineId,
    revision: record.revision,
    started_at: new Date(record.startedAtMs),
    duration_ms: record.durationMs,
    error_type: record.errorType,
    evaluated: record.evaluated,
    skipped: record.skipped,
    new_matches: record.newMatches,
    continuing_matches: record.continuingMatches,
    matched_symbols: record.matchedSymbols,
  };
}
