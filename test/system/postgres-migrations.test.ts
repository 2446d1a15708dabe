import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import { migrate } from '../../src/storage/migrations';
import { logLines } from '../support/log-lines';
import { startPostgres, type TestPostgres } from '../support/postgres';

const SOURCE = join(__dirname, '../../src/storage/migrations');
const NAMES = readdirSync(SOURCE).sort();

let postgres: TestPostgres;
let client: Client;
let folder: string;

beforeAll(async () => {
  postgres = await startPostgres();
  client = await postgres.connect();
});
afterAll(() => postgres.stop());

beforeEach(async () => {
  await client.query('drop schema public cascade; create schema public');
  folder = mkdtempSync(join(tmpdir(), 'migrations-'));
  cpSync(SOURCE, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const applied = async () =>
  (await client.query('select name from schema_migrations order by name')).rows.map(({ name }) => name);

describe('migrate, on real Postgres', () => {
  it('applies every file in order and, run again, nothing', async () => {
    const { log, lines } = logLines();
    expect(await migrate(postgres.url, log)).toEqual(NAMES);
    expect(await migrate(postgres.url, log)).toEqual([]);
    expect(await applied()).toEqual(NAMES);
    expect(lines).toHaveLength(NAMES.length);
  });

  it('lets any number of machines start at once: one migrates, the others find it done', async () => {
    const results = await Promise.all(Array.from({ length: 6 }, () => migrate(postgres.url, logLines().log)));
    expect(results.flat().sort()).toEqual(NAMES);
    expect(await applied()).toEqual(NAMES);
  });

  it('refuses to go on over an edited migration, names it and changes nothing', async () => {
    await migrate(postgres.url, logLines().log, folder);
    writeFileSync(join(folder, NAMES[0] ?? ''), 'create table other ()');
    writeFileSync(join(folder, '9999-later.sql'), 'create table later ()');
    await expect(migrate(postgres.url, logLines().log, folder)).rejects.toThrow(/0001-traders\.sql differs/);
    expect(await applied()).toEqual(NAMES);
  });

  it('takes a file with other line ends as the same migration', async () => {
    await migrate(postgres.url, logLines().log, folder);
    for (const name of NAMES) {
      const file = join(folder, name);
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll('\n', '\r\n'));
    }
    expect(await migrate(postgres.url, logLines().log, folder)).toEqual([]);
  });

  it('applies all or nothing: a faulty file leaves the database as it was', async () => {
    writeFileSync(join(folder, '9999-faulty.sql'), 'create table half (); select nonsense');
    await expect(migrate(postgres.url, logLines().log, folder)).rejects.toThrow(/9999-faulty\.sql failed/);
    const { rows } = await client.query("select tablename from pg_tables where schemaname = 'public'");
    expect(rows).toEqual([]);
  });

  it('goes on, with a warning, over a database that a newer build has migrated', async () => {
    writeFileSync(join(folder, '9999-newer.sql'), 'create table newer ()');
    await migrate(postgres.url, logLines().log, folder);
    const { log, lines } = logLines();
    expect(await migrate(postgres.url, log)).toEqual([]);
    expect(lines).toEqual([expect.objectContaining({ newer: ['9999-newer.sql'] })]);
  });

  it('says that the database is away, without its password', async () => {
    const error = await migrate('postgresql://user:canary@127.0.0.1:1/db', logLines().log).catch(String);
    expect(error).toContain('ECONNREFUSED');
    expect(error).not.toContain('canary');
  });
});
