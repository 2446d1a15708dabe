import type { MachineEvent } from '../signals/machine-event';
import type { Database } from './database';

const INSERT = `
  insert into machine_events (id, machine_id, type, at, detail)
  select id, machine_id, type, at, detail from jsonb_to_recordset($1::jsonb) as event (
    id uuid, machine_id text, type text, at timestamptz, detail jsonb)
  on conflict (id) do nothing`;

export class EventRepository {
  constructor(private readonly database: Database) {}

  /** One statement: all rows or none. An event that is stored already is left as it is. */
  async insert(events: readonly MachineEvent[]): Promise<void> {
    await this.database.query(INSERT, [JSON.stringify(events.map(rowOf))]);
  }
}

function rowOf({ id, machineId, type, atMs, detail }: MachineEvent): Record<string, unknown> {
  return { id, machine_id: machineId, type, at: new Date(atMs), detail };
}
