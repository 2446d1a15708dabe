import { chmodSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { type EmbeddedDatabase, startEmbeddedDatabase } from '../../simulator/embedded-database';
import { findPostgresBinaries } from '../../simulator/postgres-binaries';

let home: string;
const running: EmbeddedDatabase[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'embedded-'));
});
afterEach(async () => {
  for (const database of running.splice(0)) await database.stop();
  rmSync(home, { recursive: true, force: true });
});

async function start(log?: (line: string) => void): Promise<EmbeddedDatabase> {
  const database = await startEmbeddedDatabase({ dataDir: home, ...(log && { log }) });
  running.push(database);
  return database;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

describe('startEmbeddedDatabase', () => {
  it('finds at the second start what the first one stored', async () => {
    const first = await start();
    await query(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    const second = await start();
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('works in a folder that only its owner can enter', async () => {
    chmodSync(home, 0o700);
    expect(await query((await start()).url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('listens on this computer only and lets nobody in without the password', async () => {
    const { url } = await start();
    expect(new URL(url).hostname).toBe('127.0.0.1');
    await expect(query(url.replace(/:[^:@]+@/, ':guess@'), 'select 1')).rejects.toMatchObject({
      code: '28P01',
    });
    expect(statSync(join(home, 'postgres-password')).mode & 0o077).toBe(0);
    expect(await query(url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
  });

  it('ends statements that run too long, as a real server does', async () => {
    const { url } = await start();
    await expect(query(url, 'set statement_timeout = 20; select pg_sleep(5)')).rejects.toMatchObject({
      code: '57014',
    });
  });

  it('refuses a folder that another trader uses, and leaves that one alone', async () => {
    const { url } = await start();
    await expect(startEmbeddedDatabase({ dataDir: home })).rejects.toThrow(
      /in use by another running trader/,
    );
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('comes up after the server was killed without a chance to clean up', async () => {
    const first = await start();
    await query(first.url, 'create table kept as select 42 as answer');
    const [row] = (await query(first.url, "select pg_read_file('postmaster.pid') as pid")) as {
      pid: string;
    }[];
    process.kill(Number(row?.pid.split('\n')[0]), 'SIGKILL');
    expect(existsSync(join(home, 'postgres', 'postmaster.pid'))).toBe(true);
    const second = await start();
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('says what is wrong when the server cannot start', async () => {
    await (await start()).stop();
    rmSync(join(home, 'postgres', 'global'), { recursive: true });
    await expect(start()).rejects.toThrow(/did not start: .*global/);
  });

  it('hands on the server’s own log', async () => {
    const lines: string[] = [];
    await start((line) => lines.push(line));
    expect(lines.some((line) => line.includes('ready to accept connections'))).toBe(true);
  });
});

describe('findPostgresBinaries', () => {
  it('finds programs that are there', () => {
    const { initdb, postgres } = findPostgresBinaries(join(home, 'lib'));
    expect([existsSync(initdb), existsSync(postgres)]).toEqual([true, true]);
  });
});
