/** A real Prometheus or VictoriaMetrics that scrapes pages under the labels that Fly writes, for as long as a test runs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface FlyTarget {
  /** http://host:port/path */
  readonly url: string;
  readonly app: string;
  readonly instance: string;
  /** Keeps the `up` of two pages of one machine apart. */
  readonly job: string;
}

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Scrapes must not run into their timeout on a busy computer: a target that is down takes its series along. */
const SCRAPED_EVERY_SECONDS = 2;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** JSON is YAML. */
function configuration(targets: readonly FlyTarget[]): string {
  const groups = targets.map(({ url, app, instance, job }) => {
    const { host, pathname } = new URL(url);
    return {
      targets: [host],
      labels: { __metrics_path__: pathname, job, app, instance, region: 'fra', host: 'c0de' },
    };
  });
  const every = `${SCRAPED_EVERY_SECONDS}s`;
  const job = { job_name: 'trader', scrape_interval: every, scrape_timeout: every, static_configs: groups };
  return JSON.stringify({ scrape_configs: [job] });
}

export class MetricStore {
  private constructor(
    readonly program: string,
    readonly url: string,
    private readonly folder: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(
    program: 'prometheus' | 'victoria-metrics',
    targets: readonly FlyTarget[],
  ): Promise<MetricStore> {
    const folder = mkdtempSync(join(tmpdir(), `${program}-`));
    const config = join(folder, 'scrape.yml');
    writeFileSync(config, configuration(targets));
    const address = `127.0.0.1:${await freePort()}`;
    const data = join(folder, 'data');
    const args =
      program === 'prometheus'
        ? [`--config.file=${config}`, `--storage.tsdb.path=${data}`, `--web.listen-address=${address}`]
        : [
            `-promscrape.config=${config}`,
            `-storageDataPath=${data}`,
            `-httpListenAddr=${address}`,
            '-search.latencyOffset=0s',
          ];
    const child = spawn(program, args, { stdio: 'ignore' });
    return new MetricStore(program, `http://${address}`, folder, child);
  }

  /** The newest values. @throws Error with the server's own words when it refuses the query */
  async query(expression: string): Promise<Series[]> {
    const body = new URLSearchParams({ query: expression });
    const response = await fetch(`${this.url}/api/v1/query`, { method: 'POST', body });
    const answer = (await response.json()) as Answer;
    if (answer.status !== 'success') throw new Error(`${this.program}: ${answer.error}, in ${expression}`);
    const { result } = answer.data;
    // A query without a vector has one value and no labels.
    if (answer.data.resultType === 'scalar') return [];
    return (result as { metric: Series['metric']; value: [number, string] }[]).map(({ metric, value }) => ({
      metric,
      value: Number(value[1]),
    }));
  }

  /** Waits until the query returns something. */
  async until(expression: string, withinMs = 60_000): Promise<Series[]> {
    for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(250)) {
      const found = await this.query(expression).catch(() => []);
      if (found.length > 0) return found;
    }
    throw new Error(`${this.program} never had ${expression}`);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGKILL');
      await once(this.child, 'close');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data: { readonly resultType: string; readonly result: readonly unknown[] };
}
