/** A whole trader machine as a child process with its preload, on ephemeral ports, for system tests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Family, parse, seriesValue } from './exposition';
import { ROOT } from './source-files';

export interface LogEntry {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export class TraderMachine {
  readonly log: LogEntry[] = [];
  readonly stderr: string[] = [];
  private readonly waiting = new Set<() => void>();

  private constructor(private readonly child: ChildProcess) {
    createInterface({ input: child.stdout! }).on('line', (line) => this.read(line));
    createInterface({ input: child.stderr! }).on('line', (line) => {
      this.stderr.push(line);
      for (const check of this.waiting) check();
    });
    child.once('exit', () => {
      for (const check of this.waiting) check();
    });
  }

  /** Needs the build (`npm run build`). */
  static start(
    environment: Record<string, string>,
    execArgv: readonly string[] = [],
    argv: readonly string[] = [],
  ): TraderMachine {
    const register = join(ROOT, 'dist/instrumentation/register.js');
    const args = [...execArgv, '--require', register, join(ROOT, 'dist/src/main.js'), ...argv];
    const ports = { METRICS_PORT: '0', METRICS_PAGE_MAX_AGE: '0', HTTP_PORT: '0' };
    const env = { ...process.env, ...ports, GIT_SHA: 'test', ...environment };
    return new TraderMachine(spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  /** Waits until a log line (or, failing that, stderr) matches. @throws Error when the process ends or time is up. */
  async logged(pattern: RegExp, withinMs = 60_000): Promise<LogEntry> {
    return await this.until(
      () => this.log.find((entry) => pattern.test(entry.msg)),
      `a log line like ${pattern}`,
      withinMs,
    );
  }

  async metricsUrl(): Promise<string> {
    const found = await this.until(
      () =>
        this.stderr
          .map((line) => /https?:\/\/[^\s]+?:(\d+)\/metrics/.exec(line)?.[1])
          .find((port) => port !== undefined),
      'the metrics port',
    );
    return `http://127.0.0.1:${found}/metrics`;
  }

  async healthUrl(): Promise<string> {
    const entry = await this.logged(/^Health is served/);
    return `http://127.0.0.1:${String(entry.port)}/health`;
  }

  async page(): Promise<Map<string, Family>> {
    const response = await fetch(await this.metricsUrl());
    if (response.status !== 200) throw new Error(`The scrape answered ${response.status}`);
    return new Map(parse(await response.text()).map((family) => [family.name, family]));
  }

  /** Scrapes until the page satisfies the condition; the last page is in the error when it never does. */
  async pageWith(
    condition: (page: Map<string, Family>) => boolean,
    what: string,
    withinMs = 60_000,
  ): Promise<Map<string, Family>> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const page = await this.page();
      if (condition(page)) return page;
      if (Date.now() > deadline) throw new Error(`The page never showed ${what}\n${this.tail()}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exit = once(this.child, 'exit');
      this.child.kill(signal);
      await exit;
    }
    return this.child.exitCode;
  }

  private read(line: string): void {
    try {
      this.log.push(JSON.parse(line) as LogEntry);
    } catch {
      this.log.push({ level: 'raw', msg: line });
    }
    for (const check of this.waiting) check();
  }

  private until<Found>(find: () => Found | undefined, what: string, withinMs = 60_000): Promise<Found> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer);
        this.waiting.delete(check);
        act();
      };
      const check = () => {
        const found = find();
        if (found !== undefined) settle(() => resolve(found));
        else if (this.child.exitCode !== null)
          settle(() => reject(new Error(`Ended before ${what}\n${this.tail()}`)));
      };
      const timer = setTimeout(
        () => settle(() => reject(new Error(`No sign of ${what}\n${this.tail()}`))),
        withinMs,
      );
      this.waiting.add(check);
      check();
    });
  }

  private tail(): string {
    return [
      ...this.stderr.slice(-10),
      ...this.log.slice(-30).map((entry) => `${entry.level} ${entry.msg}`),
    ].join('\n');
  }
}

/** Value of one sample; undefined when the page has none with exactly these labels. */
export function sample(
  page: Map<string, Family>,
  name: string,
  labels: Record<string, string> = {},
): number | undefined {
  return seriesValue([...page.values()], name, labels);
}

/** Sum over all series of a metric whose labels include the given ones. */
export function total(page: Map<string, Family>, name: string, labels: Record<string, string> = {}): number {
  const samples = page.get(name)?.samples.filter((one) => one.name === name) ?? [];
  const wanted = Object.entries(labels);
  return samples
    .filter((one) => wanted.every(([label, value]) => one.labels[label] === value))
    .reduce((sum, { value }) => sum + value, 0);
}
