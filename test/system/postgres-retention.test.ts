import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '../../src/log';
import { Database } from '../../src/storage/database';
import { migrate } from '../../src/storage/migrations';
import { Retention } from '../../src/storage/retention';
import { startPostgres, type TestPostgres } from '../support/postgres';

const log = createLogger('silent');
let postgres: TestPostgres;
let database: Database;

beforeAll(async () => {
  postgres = await startPostgres();
  await migrate(postgres.url, log);
  database = new Database({ url: postgres.url, statementTimeoutMs: 5000 }, log);
});

afterAll(async () => {
  await database?.close();
  await postgres?.stop();
});

const events = () => database.query<{ type: string }>('select type from machine_events order by type');

describe('Retention', () => {
  it('deletes what is older than the days it is told to keep, in slices, and nothing else', async () => {
    const insert = `insert into machine_events (id, machine_id, type, at)
      select gen_random_uuid(), 'm1', $1, now() - $2::interval from generate_series(1, $3)`;
    await database.query(insert, ['old', '31 days', 12_000]);
    await database.query(insert, ['young', '29 days', 2]);
    await new Retention(database, 30, log).clean();
    expect(await events()).toEqual([{ type: 'young' }, { type: 'young' }]);
  });

  it('keeps everything when told 0 days', async () => {
    const retention = new Retention(database, 0, log);
    retention.start();
    retention.stop();
    expect(await events()).toHaveLength(2);
  });

  it('leaves a database that does not answer for the next hour', async () => {
    await database.query('alter table machine_events rename to elsewhere');
    await expect(new Retention(database, 30, log).clean()).resolves.toBeUndefined();
    await database.query('alter table elsewhere rename to machine_events');
  });
});
