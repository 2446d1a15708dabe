/** A real Prometheus or VictoriaMetrics that scrapes pages under the labels that Fly writes, for as long as a test runs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type MetricProgram, type MetricServer, startMetricServer } from '../support/metric-server';

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
    readonly program: MetricProgram,
    private readonly server: MetricServer,
  ) {}

  static async start(program: MetricProgram, targets: readonly FlyTarget[]): Promise<MetricStore> {
    return new MetricStore(program, await startMetricServer(program, configuration(targets)));
  }

  get url(): string {
    return this.server.url;
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

  stop(): Promise<void> {
    return this.server.stop();
  }
}

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data: { readonly resultType: string; readonly result: readonly unknown[] };
}
