import type { Database } from './database';
import type { TraderRow } from './trader-row';

const COLUMNS = 'id, name, enabled, is_built_in as "isBuiltIn", filter';

const UPSERT_BUILT_INS = `
  insert into traders (id, name, enabled, is_built_in, filter)
  select id, name, enabled, true, filter from jsonb_to_recordset($1::jsonb) as row (
    id uuid, name text, enabled boolean, filter jsonb)
  on conflict (id) do update set name = excluded.name, is_built_in = true, filter = excluded.filter, updated_at = now()
  where (traders.name, traders.is_built_in, traders.filter) is distinct from (excluded.name, true, excluded.filter)`;

export class TraderRepository {
  constructor(private readonly database: Database) {}

  /** Enabled traders only, built-in ones first. Their filters are unchecked. */
  loadEnabled(): Promise<TraderRow[]> {
    return this.database.query<TraderRow & Record<string, unknown>>(
      `select ${COLUMNS} from traders where enabled order by is_built_in desc, name, id`,
    );
  }

  /** Brings this build's own traders up to date. Whether one is enabled stays the operator's choice. */
  async upsertBuiltIns(rows: readonly TraderRow[]): Promise<void> {
    await this.database.query(UPSERT_BUILT_INS, [JSON.stringify(rows)]);
  }

  async insert({ id, name, enabled, isBuiltIn, filter }: TraderRow): Promise<void> {
    await this.database.query(
      'insert into traders (id, name, enabled, is_built_in, filter) values ($1, $2, $3, $4, $5)',
      [id, name, enabled, isBuiltIn, JSON.stringify(filter)],
    );
  }

  /** @returns false when there is no such trader */
  async update({ id, name, enabled, isBuiltIn, filter }: TraderRow): Promise<boolean> {
    const updated = await this.database.query(
      `update traders set name = $2, enabled = $3, is_built_in = $4, filter = $5, updated_at = now()
       where id = $1 returning id`,
      [id, name, enabled, isBuiltIn, JSON.stringify(filter)],
    );
    return updated.length > 0;
  }

  /** Its signals and executions stay. @returns false when there is no such trader */
  async remove(id: string): Promise<boolean> {
    return (await this.database.query('delete from traders where id = $1 returning id', [id])).length > 0;
  }
}
