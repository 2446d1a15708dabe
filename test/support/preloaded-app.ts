import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Family, parse } from './exposition';
import { ROOT } from './source-files';

export const PRELOAD = join(ROOT, 'dist/instrumentation/register.js');
const FIXTURES = join(ROOT, 'test/fixtures');

export interface AppOptions {
  /** File under test/fixtures. */
  readonly app: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Text of an otel-config.yaml in the working directory; without it the package's own is used. */
  readonly config?: string;
  /** Node's own arguments, by default `--require` the preload. */
  readonly nodeArgs?: readonly string[];
  /** Limit of open file descriptors. */
  readonly descriptors?: number;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** An application as a child process with the preload, on a free metrics port. */
export class PreloadedApp {
  stdout = '';
  stderr = '';
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;

  constructor({
    app,
    args = [],
    env = {},
    config,
    nodeArgs = ['--require', PRELOAD],
    descriptors,
  }: AppOptions) {
    const cwd = mkdtempSync(join(tmpdir(), 'preloaded-app-'));
    if (config !== undefined) writeFileSync(join(cwd, 'otel-config.yaml'), config);
    const command = [process.execPath, ...nodeArgs, join(FIXTURES, app), ...args];
    const limited = descriptors
      ? ['sh', '-c', `ulimit -n ${descriptors}; exec "$@"`, 'sh', ...command]
      : command;
    const [program = '', ...rest] = limited;
    this.#child = spawn(program, rest, {
      cwd,
      env: { PATH: process.env.PATH, METRICS_PORT: '0', METRICS_PAGE_MAX_AGE: '0', ...env },
    });
    this.#child.stdout?.on('data', (data) => {
      this.stdout += data;
    });
    this.#child.stderr?.on('data', (data) => {
      this.stderr += data;
    });
    this.exited = once(this.#child, 'close').then(([code, signal]) => ({ code, signal }));
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** Lines of telemetry on stderr. */
  get lines(): string[] {
    return this.stderr.split('\n').filter((line) => line.startsWith('[telemetry]'));
  }

  /** Where the start line says that metrics are served. */
  async url(): Promise<string> {
    const match = await this.#until(() =>
      /metrics are served at http:\/\/\S+:(\d+)\/metrics/.exec(this.stderr),
    );
    return `http://127.0.0.1:${match[1]}/metrics`;
  }

  /** Waits for a text on stdout. */
  async says(text: string): Promise<void> {
    await this.#until(() => this.stdout.includes(text));
  }

  async reports(text: string): Promise<void> {
    await this.#until(() => this.stderr.includes(text));
  }

  async page(): Promise<Family[]> {
    const response = await fetch(await this.url());
    const text = await response.text();
    if (response.status !== 200) throw new Error(`scrape answered ${response.status}`);
    return parse(text);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends the application, whatever it does. */
  async stop(): Promise<Exit> {
    if (this.running) this.kill('SIGKILL');
    return this.exited;
  }

  async #until<Found>(find: () => Found | null | false | undefined, withinMs = 30_000): Promise<Found> {
    const deadline = Date.now() + withinMs;
    while (Date.now() < deadline) {
      const found = find();
      if (found) return found;
      if (!this.running) {
        await this.exited;
        const last = find();
        if (last) return last;
        break;
      }
      await sleep(10);
    }
    throw new Error(`did not happen; stdout: ${this.stdout}\nstderr: ${this.stderr}`);
  }
}

/** Runs `action` with an application and ends the application afterwards. */
export async function withApp<Result>(
  options: AppOptions,
  action: (app: PreloadedApp) => Promise<Result>,
): Promise<Result> {
  const app = new PreloadedApp(options);
  try {
    return await action(app);
  } finally {
    await app.stop();
  }
}
