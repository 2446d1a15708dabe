/** Brings the database to this build's schema. Any number of machines may start at once. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Logger } from '../log';

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

const FOLDER = join(__dirname, 'migrations');
/** Held until the transaction ends, so that one machine migrates and the others wait and then find it done. */
const MIGRATION_LOCK = 748_302_118;
/** Altering a large table takes longer than any statement of a running machine may. */
const STATEMENT_TIMEOUT_MS = 300_000;

/**
 * Applies what is missing, all of it or nothing.
 * @returns names of the migrations applied now
 * @throws Error when an applied migration's file has changed since, or Postgres refuses one
 */
export async function migrate(url: string, log: Logger, folder = FOLDER): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 5000,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    application_name: 'trader-machine migrations',
  });
  client.on('error', () => {}); // the query under way reports it
  try {
    await client.connect();
    return await inTransaction(client, () => applyMissing(client, migrations, log));
  } finally {
    await client.end().catch(() => {});
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      // A checkout with CRLF line ends is the same migration.
      const sql = (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function inTransaction<Result>(client: Client, work: () => Promise<Result>): Promise<Result> {
  await client.query('begin');
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => {}); // a broken connection rolls back by itself
    throw error;
  }
}

async function applyMissing(
  client: Client,
  migrations: readonly Migration[],
  log: Logger,
): Promise<string[]> {
  await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
  await client.query(`create table if not exists schema_migrations (
    name text primary key, checksum text not null, applied_at timestamptz not null default now())`);
  const applied = await readApplied(client);
  warnOfNewer(applied, migrations, log);
  const missing = migrations.filter((migration) => !isApplied(migration, applied));
  for (const migration of missing) await apply(client, migration);
  for (const { name } of missing) log.info({ migration: name }, `Applied database migration ${name}`);
  return missing.map(({ name }) => name);
}

async function readApplied(client: Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from schema_migrations',
  );
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
}

function isApplied({ name, checksum }: Migration, applied: ReadonlyMap<string, string>): boolean {
  const found = applied.get(name);
  if (found !== undefined && found !== checksum) {
    throw new Error(
      `Migration ${name} differs from the one this database was migrated with: an applied migration must not be edited. Put the file back and write the change as a new migration.`,
    );
  }
  return found !== undefined;
}

async function apply(client: Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query(sql);
  } catch (cause) {
    throw new Error(`Migration ${name} failed: ${(cause as Error).message}`, { cause });
  }
  await client.query('insert into schema_migrations (name, checksum) values ($1, $2)', [name, checksum]);
}

function warnOfNewer(
  applied: ReadonlyMap<string, string>,
  migrations: readonly Migration[],
  log: Logger,
): void {
  const known = new Set(migrations.map(({ name }) => name));
  const newer = [...applied.keys()].filter((name) => !known.has(name));
  if (newer.length === 0) return;
  log.warn(
    { newer },
    'The database was migrated by a newer build; this one goes on with the schema it finds',
  );
}
