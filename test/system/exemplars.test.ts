/** From a bucket to its trace: what a real Prometheus stored leads to spans that the collector has. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parse } from '../support/exposition';
import { parseOpenMetrics } from '../support/open-metrics';
import { describeWithJudge, judge } from '../support/open-metrics-judge';
import { OtlpCollector } from '../support/otlp-collector';
import { describeWith } from '../support/programs';
import { runningMachine } from '../support/running-machine';
import { total } from '../support/trader-machine';

const OPEN_METRICS = { accept: 'application/openmetrics-text;version=1.0.0' };
const METRICS = ['trader_execution_duration_seconds', 'signal_latency_seconds'];

interface StoredExemplars {
  readonly seriesLabels: Readonly<Record<string, string>>;
  readonly exemplars: readonly { readonly labels: { readonly trace_id: string; readonly span_id: string } }[];
}

describeWith('prometheus')('exemplars of a machine with tracing', () => {
  const environment: Record<string, string> = { SYMBOL_COUNT: '10' };
  let collector: OtlpCollector;
  let prometheus: Prometheus;

  beforeAll(async () => {
    collector = await OtlpCollector.start();
    Object.assign(environment, collector.env());
  });
  const running = runningMachine(['--symbols', '10'], environment);

  beforeAll(async () => {
    await running.trader.pageWith((page) => total(page, 'signals_analyzed_total') > 0, 'an analysed signal');
    prometheus = await Prometheus.start(new URL(await running.trader.metricsUrl()).host);
  }, 90_000);

  afterAll(async () => {
    prometheus?.stop();
    await collector?.stop();
  });

  const spanOf = (labels: { readonly trace_id?: string; readonly span_id?: string }) =>
    collector.spans.find(({ traceId, spanId }) => traceId === labels.trace_id && spanId === labels.span_id);
  const openPage = async () =>
    await (await fetch(await running.trader.metricsUrl(), { headers: OPEN_METRICS })).text();

  it.each(METRICS)('%s on the page: each names a span that the collector has', async (metric) => {
    const family = parseOpenMetrics(await openPage()).find(({ name }) => name === metric);
    const shown = family?.samples.flatMap(({ exemplar }) => (exemplar ? [exemplar] : [])) ?? [];
    expect(shown.length).toBeGreaterThan(0);
    await collector.waitFor(() => shown.every(({ labels }) => spanOf(labels) !== undefined));
  });

  it.each(METRICS)('%s in a real Prometheus with exemplar storage', async (metric) => {
    const stored = await prometheus.exemplars(`${metric}_bucket`);
    const all = stored.flatMap(({ exemplars }) => exemplars);
    expect(all.length).toBeGreaterThan(0);
    await collector.waitFor(() => all.every(({ labels }) => spanOf(labels) !== undefined));
    const names = new Set(all.map(({ labels }) => spanOf(labels)?.name));
    console.log(`${metric}: ${all.length} exemplars in Prometheus lead to ${[...names].join(', ')}`);
    if (metric === METRICS[0]) expect([...names]).toEqual(['filter.execute']);
  });

  it('are not on the plain page, which reads as ever', async () => {
    const plain = await (await fetch(await running.trader.metricsUrl())).text();
    expect(plain).not.toContain('trace_id');
    expect(parse(plain).length).toBeGreaterThan(50);
  });

  describeWithJudge()('for the strict parser of another project', () => {
    it('the page of the machine is valid OpenMetrics', async () => {
      const [verdict] = judge([await openPage()]);
      expect(verdict?.refused).toBeUndefined();
      expect(verdict?.exemplars).toBeGreaterThan(0);
    });
  });
});

class Prometheus {
  private constructor(
    private readonly child: ChildProcess,
    private readonly url: string,
    private readonly folder: string,
  ) {}

  static async start(target: string): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), 'exemplars-'));
    const file = join(folder, 'prometheus.yml');
    writeFileSync(
      file,
      `scrape_configs:\n  - {job_name: trader, scrape_interval: 1s, static_configs: [{targets: ["${target}"]}]}\n`,
    );
    const data = join(folder, 'data');
    const args = [`--config.file=${file}`, `--storage.tsdb.path=${data}`, '--web.listen-address=127.0.0.1:0'];
    const child = spawn('prometheus', [...args, '--enable-feature=exemplar-storage'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    for await (const line of createInterface({ input: child.stderr! })) {
      const [, address] = /msg="?Listening on"? .*address=(\S+)/.exec(line) ?? [];
      if (address === undefined) continue;
      child.stderr!.resume();
      return new Prometheus(child, `http://${address}`, folder);
    }
    throw new Error('Prometheus ended before it listened');
  }

  /** Waits until there are some. */
  async exemplars(metric: string): Promise<readonly StoredExemplars[]> {
    for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(200)) {
      const now = Math.floor(Date.now() / 1000);
      const range = `start=${now - 3600}&end=${now + 60}`;
      const response = await fetch(`${this.url}/api/v1/query_exemplars?query=${metric}&${range}`);
      if (!response.ok) continue;
      const { data } = (await response.json()) as { data: StoredExemplars[] };
      if (data.length > 0) return data;
    }
    throw new Error(`Prometheus stored no exemplar of ${metric}`);
  }

  stop(): void {
    this.child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
