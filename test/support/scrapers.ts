/** The two servers that scrape in production, as child processes: Prometheus, and VictoriaMetrics as Fly runs it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Target {
  /** The value of the label `page`. */
  readonly page: string;
  /** host:port */
  readonly address: string;
  readonly path: string;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function configuration(targets: readonly Target[]): string {
  const groups = targets.map(
    ({ page, address, path }) =>
      `      - targets: ["${address}"]\n        labels: {page: "${page}", __metrics_path__: "${path}"}\n`,
  );
  return `scrape_configs:\n  - job_name: pages\n    scrape_interval: 2s\n    scrape_timeout: 1900ms\n    static_configs:\n${groups.join('')}`;
}

export class Scraper {
  readonly #child: ChildProcess;

  private constructor(
    readonly program: string,
    private readonly url: string,
    private readonly folder: string,
    args: readonly string[],
  ) {
    this.#child = spawn(program, args, { stdio: 'ignore' });
  }

  static async start(
    program: 'prometheus' | 'victoria-metrics',
    targets: readonly Target[],
  ): Promise<Scraper> {
    const folder = mkdtempSync(join(tmpdir(), `${program}-`));
    const config = join(folder, 'scrape.yml');
    writeFileSync(config, configuration(targets));
    const address = `127.0.0.1:${await freePort()}`;
    const args =
      program === 'prometheus'
        ? [`--config.file=${config}`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=${address}`]
        : [
            `-promscrape.config=${config}`,
            `-storageDataPath=${folder}/data`,
            `-httpListenAddr=${address}`,
            '-search.latencyOffset=0s',
          ];
    return new Scraper(program, `http://${address}`, folder, args);
  }

  /** The newest value of a series per page; empty while the server starts. */
  async values(metric: string): Promise<ReadonlyMap<string, number>> {
    try {
      const response = await fetch(`${this.url}/api/v1/query?query=${metric}`);
      const { data } = (await response.json()) as {
        data: { result: { metric: { page: string }; value: [number, string] }[] };
      };
      return new Map(data.result.map(({ metric: { page }, value }) => [page, Number(value[1])]));
    } catch {
      return new Map();
    }
  }

  /** Waits until every target was scraped. */
  async scraped(targets: number, withinMs = 40_000): Promise<void> {
    for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(200))
      if (
        (await this.values('up')).size >= targets &&
        (await this.values('scrape_samples_scraped')).size >= targets
      )
        return;
    throw new Error(`${this.program} did not scrape ${targets} targets`);
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await once(this.#child, 'close');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
