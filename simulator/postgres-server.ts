/** One Postgres server as a child process: make its data directory, start it, stop it. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries';
import { type Account, accountFor, giveTo, spawnAs } from './unprivileged';

export const SUPERUSER = 'postgres';
const READY = 'ready to accept connections';
/** Faults that pass: somebody took the free port before us, or the children of a killed server are still leaving. */
const PASSING =
  /Address already in use|could not create any TCP\/IP sockets|shared memory block .* is still in use|"postmaster.pid" already exists/;
const START_TIMEOUT_MS = 60_000;
const ATTEMPTS = 20;
const BETWEEN_ATTEMPTS_MS = 250;
const KEPT_OUTPUT = 4000;

export class PostgresServer {
  private readonly account: Account | null;
  private readonly binaries: PostgresBinaries;
  private process: ChildProcess | undefined;
  private output = '';
  private portInUse = 0;

  /**
   * @param dataDir absolute; the server's own folder
   * @param settings configuration parameters, by name
   * @throws Error when no server is installed for this platform
   */
  constructor(
    private readonly dataDir: string,
    private readonly settings: Readonly<Record<string, string>>,
    private readonly onLine: (line: string) => void,
  ) {
    this.binaries = findPostgresBinaries(resolve(dataDir, '..', 'lib'));
    this.account = accountFor(dataDir);
  }

  get port(): number {
    return this.portInUse;
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  /** Makes the data directory. Half a directory, left by an interrupted attempt, must be gone before. */
  async initialise(password: string): Promise<void> {
    const passwordFile = `${this.dataDir}.password`;
    mkdirSync(this.dataDir, { recursive: true, mode: 0o700 });
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    for (const path of [this.dataDir, passwordFile]) giveTo(this.account, path);
    const child = this.spawn(this.binaries.initdb, [
      ...['--pgdata', this.dataDir, '--username', SUPERUSER, '--pwfile', passwordFile],
      ...['--auth', 'scram-sha-256', '--locale', 'C', '--encoding', 'UTF8', '--no-instructions', '--no-sync'],
    ]);
    const code = await exitOf(child);
    rmSync(passwordFile, { force: true });
    if (code !== 0) throw new Error(`initdb could not make ${this.dataDir}: ${this.lastWords()}`);
  }

  /**
   * @param port 0 for any free one
   * @throws Error with the server's last words when it does not come up
   */
  async start(port = 0): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      this.portInUse = port === 0 ? await freePort() : port;
      if (await this.tryStart()) return;
      if (attempt === ATTEMPTS || !PASSING.test(this.output)) {
        throw new Error(`The database in ${this.dataDir} did not start: ${this.lastWords()}`);
      }
      await delay(BETWEEN_ATTEMPTS_MS);
    }
  }

  /** @param signal SIGINT disconnects clients and shuts down cleanly, SIGQUIT leaves recovery to the next start. */
  async stop(signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  private async tryStart(): Promise<boolean> {
    const settings = {
      ...{ port: String(this.portInUse), listen_addresses: '127.0.0.1', unix_socket_directories: '' },
      ...this.settings,
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    // A process group of its own: Ctrl-C reaches the trader first, and the database only through `stop`.
    const child = this.spawn(this.binaries.postgres, ['-D', this.dataDir, ...flags], true);
    const ready = await this.becomesReady(child);
    if (ready) this.process = child;
    return ready;
  }

  private becomesReady(child: ChildProcess): Promise<boolean> {
    return new Promise((settle) => {
      const timer = setTimeout(() => child.kill('SIGQUIT'), START_TIMEOUT_MS);
      const done = (ready: boolean) => {
        clearTimeout(timer);
        settle(ready);
      };
      child.stderr?.on('data', () => this.output.includes(READY) && done(true));
      exitOf(child).then(() => done(false));
    });
  }

  private spawn(program: string, args: readonly string[], detached = false): ChildProcess {
    this.output = '';
    const child = spawnAs(this.account, program, args, [this.dataDir], {
      detached,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, LC_ALL: 'C', ...this.binaries.environment },
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => this.keep(String(chunk)));
    child.on('error', (error) => this.keep(spawnFailure(error)));
    return child;
  }

  private keep(text: string): void {
    this.output = (this.output + text).slice(-KEPT_OUTPUT);
    for (const line of text.split('\n')) if (line !== '') this.onLine(line);
  }

  private lastWords(): string {
    return this.output.trim().split('\n').slice(-5).join(' | ') || 'it said nothing';
  }
}

function spawnFailure(error: Error): string {
  return error.message.includes('setpriv')
    ? 'running as root from a folder that only root can reach needs the program setpriv (util-linux): install it, run as an ordinary user, or set DATABASE_URL'
    : error.message;
}

/** The exit code once all output has been read; a program that could not be started counts as code 127. */
function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((settle) => {
    child.once('close', (code) => settle(code));
    child.once('error', () => settle(127));
  });
}
