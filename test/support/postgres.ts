import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { PostgresServer, SUPERUSER } from '../../simulator/postgres-server';

export interface TestPostgres {
  readonly url: string;
  /** A session of its own; ended by `stop`. */
  connect(): Promise<Client>;
  /** Kills every session and the server, then starts it again on the same port. */
  restart(): Promise<void>;
  /** Only kills it, without a clean shutdown; `start` brings it back. */
  crash(): Promise<void>;
  start(): Promise<void>;
  /** Holds an exclusive lock on a table from another session. @returns the release */
  lockTable(table: string): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

/** What survives the server's death, but not the computer's: a commit is in the kernel's hands when it is acknowledged. */
const FAST_ENOUGH = {
  fsync: 'off',
  full_page_writes: 'off',
  shared_buffers: '16MB',
  max_connections: '40',
};

/** A throw-away server of the binaries that npm installed. */
export async function startPostgres(): Promise<TestPostgres> {
  const home = mkdtempSync(join(tmpdir(), 'trader-postgres-'));
  chmodSync(home, 0o755);
  const server = new PostgresServer(join(home, 'data'), FAST_ENOUGH, () => {});
  await server.initialise('test');
  await server.start();
  const { port } = server;
  const url = `postgresql://${SUPERUSER}:test@127.0.0.1:${port}/postgres`;
  const sessions: Client[] = [];
  const connect = async () => {
    const client = new Client({ connectionString: url });
    client.on('error', () => {});
    await client.connect();
    sessions.push(client);
    return client;
  };
  return {
    url,
    connect,
    crash: () => server.stop('SIGQUIT'),
    start: () => server.start(port),
    async restart() {
      await server.stop('SIGQUIT');
      await server.start(port);
    },
    async lockTable(table) {
      const client = await connect();
      await client.query(`begin; lock table ${table} in access exclusive mode`);
      return () => client.query('rollback').then(() => {});
    },
    async stop() {
      await Promise.all(sessions.map((client) => client.end().catch(() => {})));
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
