import type { Signal } from '../signals/signal';
import type { Database } from './database';

const INSERT = `
  insert into signals (id, trader_id, trader_name, symbol, interval, boundary, price, change_percent, quote_volume,
                       matched_conditions, machine_id, trace_id, created_at)
  select id, trader_id, trader_name, symbol, interval, boundary, price, change_percent, quote_volume,
         matched_conditions, machine_id, trace_id, created_at
  from jsonb_to_recordset($1::jsonb) as signal (
    id uuid, trader_id uuid, trader_name text, symbol text, interval text, boundary timestamptz,
    price double precision, change_percent double precision, quote_volume double precision,
    matched_conditions text[], machine_id text, trace_id text, created_at timestamptz)
  on conflict (id) do nothing`;

const UNANALYSED = `
  select id, trader_id as "traderId", trader_name as "traderName", symbol, interval, price,
         (extract(epoch from boundary) * 1000)::double precision as "boundaryMs",
         change_percent as "changePercent", quote_volume as "quoteVolume", matched_conditions as conditions,
         (extract(epoch from signals.created_at) * 1000)::double precision as "createdAtMs", machine_id as "machineId"
  from signals
  where machine_id = $1 and created_at > $2
    and not exists (select from signal_analyses where signal_id = signals.id)
  order by created_at desc limit $3`;

export class SignalRepository {
  constructor(private readonly database: Database) {}

  /** One statement: all rows or none. A signal that is stored already is left as it is. */
  async insert(signals: readonly Signal[]): Promise<void> {
    await this.database.query(INSERT, [JSON.stringify(signals.map(rowOf))]);
  }

  /** A machine's newest signals that nobody has analysed, newest first. */
  unanalysed(machineId: string, sinceMs: number, limit: number): Promise<Signal[]> {
    const since = new Date(sinceMs);
    return this.database.query<Signal & Record<string, unknown>>(UNANALYSED, [machineId, since, limit]);
  }
}

function rowOf(signal: Signal): Record<string, unknown> {
  return {
    id: signal.id,
    trader_id: signal.traderId,
    trader_name: signal.traderName,
    symbol: signal.symbol,
    interval: signal.interval,
    boundary: new Date(signal.boundaryMs),
    price: signal.price,
    change_percent: signal.changePercent,
    quote_volume: signal.quoteVolume,
    matched_conditions: signal.conditions,
    machine_id: signal.machineId,
    trace_id: signal.trace?.traceId ?? null,
    created_at: new Date(signal.createdAtMs),
  };
}
