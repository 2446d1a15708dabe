import type { Signal } from '../signals/signal';
import type { Database } from './database';

const INSERT = `
  insert into signals (id, trader_id, trader_name, symbol, interval, boundary, price, change_percent, quote_volume,
                       matched_conditions, machine_id, created_at)
  select id, trader_id, trader_name, symbol, interval, boundary, price, change_percent, quote_volume,
         matched_conditions, machine_id, created_at
  from jsonb_to_recordset($1::jsonb) as signal (
    id uuid, trader_id uuid, trader_name text, symbol text, interval text, boundary timestamptz,
    price double precision, change_percent double precision, quote_volume double precision,
    matched_conditions text[], machine_id text, created_at timestamptz)
  on conflict (id) do nothing`;

export class SignalRepository {
  constructor(private readonly database: Database) {}

  /** One statement: all rows or none. A signal that is stored already is left as it is. */
  async insert(signals: readonly Signal[]): Promise<void> {
    await this.database.query(INSERT, [JSON.stringify(signals.map(rowOf))]);
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
    created_at: new Date(signal.createdAtMs),
  };
}
