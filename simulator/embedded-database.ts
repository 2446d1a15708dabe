/**
 * The database of the first five minutes: a real Postgres in a process of its own, its data kept in a folder.
 * It is reached over 127.0.0.1 with a password that never leaves that folder and the URL.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { PostgresServer, SUPERUSER } from './postgres-server';

export interface EmbeddedDatabaseOptions {
  readonly dataDir: string;
  /** Gets the server's own log, line by line. */
  readonly log?: (line: string) => void;
}

export interface EmbeddedDatabase {
  /** Holds the password: for the environment of the trader, not for a log. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Session lock of whoever started the server; it goes when that process does. */
const OWNER_LOCK = 748_302_119;
const SETTINGS = { shared_buffers: '32MB', max_connections: '40', timezone: 'UTC', log_timezone: 'UTC' };

/** @throws Error, in one sentence, when the server is missing, its folder is in use or it does not start */
export async function startEmbeddedDatabase(options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
  const home = resolve(options.dataDir);
  const cluster = join(home, 'postgres');
  mkdirSync(home, { recursive: true });
  if (existsSync(cluster)) await clearOrphan(cluster, passwordIn(home));
  else await createCluster(home, cluster, options.log);
  const server = new PostgresServer(cluster, SETTINGS, options.log ?? (() => {}));
  await server.start();
  const url = urlOf(server.port, passwordIn(home));
  const owner = await takeOwnership(url).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  return {
    url,
    async stop() {
      await owner.end().catch(() => {});
      await server.stop();
    },
  };
}

/** In a folder aside and then renamed: an interrupted first start leaves nothing that looks like a database. */
async function createCluster(home: string, cluster: string, log?: (line: string) => void): Promise<void> {
  const unfinished = `${cluster}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const password = randomBytes(24).toString('hex');
  writeFileSync(passwordFile(home), password, { mode: 0o600 });
  await new PostgresServer(unfinished, {}, log ?? (() => {})).initialise(password);
  renameSync(unfinished, cluster);
}

const passwordFile = (home: string) => join(home, 'postgres-password');

function passwordIn(home: string): string {
  try {
    return readFileSync(passwordFile(home), 'utf8').trim();
  } catch (cause) {
    throw new Error(
      `The embedded database in ${home} cannot be opened: its password file cannot be read. Run as the user who created it, or remove the folder to begin anew.`,
      { cause },
    );
  }
}

const urlOf = (port: number, password: string) =>
  `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`;

/**
 * A server may have outlived the process that started it. Its owner's lock tells: held, the folder is in use; free, the
 * server is an orphan and is shut down. A stale postmaster.pid without a server is Postgres's own affair.
 */
async function clearOrphan(cluster: string, password: string): Promise<void> {
  const running = readPostmaster(cluster);
  if (running === undefined) return;
  const client = await connect(urlOf(running.port, password)).catch(() => undefined);
  if (client === undefined) return;
  try {
    if (!(await lockAsOwner(client))) {
      throw new Error(
        `The embedded database in ${cluster} is in use by another running trader: stop that one, or set DATA_DIR to another folder.`,
      );
    }
    // Answering with our password, the server is ours, and so is the process id in its file.
    process.kill(running.pid, 'SIGINT');
  } finally {
    await client.end().catch(() => {});
  }
  for (let waits = 0; waits < 200 && existsSync(join(cluster, 'postmaster.pid')); waits++) await delay(50);
}

function readPostmaster(cluster: string): { pid: number; port: number } | undefined {
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  // https://www.postgresql.org/docs/18/storage-file-layout.html: process id first, port on the fourth line.
  const [pid, , , port] = readFileSync(file, 'utf8').split('\n');
  return { pid: Number(pid), port: Number(port) };
}

async function takeOwnership(url: string): Promise<Client> {
  const client = await connect(url);
  await lockAsOwner(client);
  return client;
}

async function lockAsOwner(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [
    OWNER_LOCK,
  ]);
  return rows[0]?.held === true;
}

async function connect(connectionString: string): Promise<Client> {
  const client = new Client({
    connectionString,
    connectionTimeoutMillis: 5000,
    application_name: 'embedded-database-owner',
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}
