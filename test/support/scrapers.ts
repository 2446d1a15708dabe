/** The two servers that scrape in production, as child processes: Prometheus, and VictoriaMetrics as Fly runs it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type MetricProgram, type MetricServer, startMetricServer } from './metric-server';

export interface Target {
  /** The value of the label `page`. */
  readonly page: string;
  /** host:port */
  readonly address: string;
  readonly path: string;
}

function configuration(targets: readonly Target[]): string {
  const groups = targets.map(
    ({ page, address, path }) =>
      `      - targets: ["${address}"]\n        labels: {page: "${page}", __metrics_path__: "${path}"}\n`,
  );
  return `scrape_configs:\n  - job_name: pages\n    scrape_interval: 2s\n    scrape_timeout: 1900ms\n    static_configs:\n${groups.join('')}`;
}

export class Scraper {
  private constructor(
    readonly program: MetricProgram,
    private readonly server: MetricServer,
  ) {}

  static async start(program: MetricProgram, targets: readonly Target[]): Promise<Scraper> {
    return new Scraper(program, await startMetricServer(program, configuration(targets)));
  }

  /** The newest value of a series per page; empty while the server starts. */
  async values(metric: string): Promise<ReadonlyMap<string, number>> {
    try {
      const response = await fetch(`${this.server.url}/api/v1/query?query=${metric}`);
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

  stop(): Promise<void> {
    return this.server.stop();
  }
}
