/** The page as Prometheus' own tools and a real Prometheus see it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWith } from '../support/programs';
import { runningMachine } from '../support/running-machine';
import { total } from '../support/trader-machine';

let prometheus: ChildProcess | undefined;
let folder: string;

/** Names that the contract fixes and promtool would have otherwise. */
const LINT = /^\w+_ms metric names should not contain abbreviated units$/;

describeWith('prometheus')('Prometheus', () => {
  const running = runningMachine(['--symbols', '20'], { SYMBOL_COUNT: '15' });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'trader-prometheus-'));
    await running.trader.pageWith((page) => total(page, 'signals_analyzed_total') > 0, 'an analysed signal');
  });

  afterAll(async () => {
    prometheus?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  it('promtool finds nothing wrong with the page but the _ms names that the contract fixes', async () => {
    const page = await (await fetch(await running.trader.metricsUrl())).text();
    const checked = spawnSync('promtool', ['check', 'metrics'], { input: page, encoding: 'utf8' });
    const findings = `${checked.stdout}${checked.stderr}`
      .split('\n')
      .filter((line) => line !== '' && !LINT.test(line));
    expect(findings).toEqual([]);
    expect([0, 3]).toContain(checked.status);
  });

  it('a real server scrapes it: up is 1, and the samples it stored say what the page says', async () => {
    const server = await startPrometheus(new URL(await running.trader.metricsUrl()).host);
    const query = async (expression: string) => {
      const response = await fetch(`${server}/api/v1/query?query=${encodeURIComponent(expression)}`);
      const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
      return data.result.map(({ value }) => Number(value[1]));
    };
    const settled = async (expression: string, wanted: (values: number[]) => boolean) => {
      const deadline = Date.now() + 30_000;
      for (;;) {
        const values = await query(expression);
        if (wanted(values) || Date.now() > deadline) return values;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    };
    expect(await settled('up', (values) => values[0] === 1)).toEqual([1]);
    expect((await settled('scrape_samples_scraped', (values) => (values[0] ?? 0) > 500))[0]).toBeGreaterThan(
      500,
    );
    expect(
      await query(
        'sum(trader_executions_total) - sum(trader_screenings_total) - sum(trader_execution_errors_total)',
      ),
    ).toEqual([0]);
    expect(await query('count(binance_ws_connected)')).toEqual([1]);
    expect(await query('count(registry_size == 4)')).toEqual([1]);
  });
});

async function startPrometheus(target: string): Promise<string> {
  const file = join(folder, 'prometheus.yml');
  writeFileSync(
    file,
    `scrape_configs:\n  - job_name: trader\n    scrape_interval: 1s\n    static_configs:\n      - targets: ["${target}"]\n`,
  );
  const args = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    '--web.listen-address=127.0.0.1:0',
  ];
  prometheus = spawn('prometheus', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  for await (const line of createInterface({ input: prometheus.stderr! })) {
    const [, address] = /msg="?Listening on"? .*address=(\S+)/.exec(line) ?? [];
    if (address !== undefined) {
      prometheus.stderr!.resume();
      await ready(`http://${address}`);
      return `http://${address}`;
    }
  }
  throw new Error('Prometheus ended before it listened');
}

async function ready(server: string): Promise<void> {
  while (!(await fetch(`${server}/-/ready`)).ok) await new Promise((resolve) => setTimeout(resolve, 50));
}
