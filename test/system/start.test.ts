/** `npm start`, as a newcomer meets it: nothing installed, a minute of patience, Ctrl-C, and once more. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type Family, parse } from '../support/exposition';
import { contractProblems } from '../support/page-contract';
import { ROOT } from '../support/source-files';
import { sample, total } from '../support/trader-machine';

const dataDir = mkdtempSync(join(tmpdir(), 'trader-start-'));
const running = new Set<ChildProcess>();

afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

class Started {
  output = '';
  readonly began = performance.now();

  constructor(readonly child: ChildProcess) {
    running.add(child);
    child.once('exit', () => running.delete(child));
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => (this.output += chunk));
  }

  async page(): Promise<Map<string, Family>> {
    const port = /http:\/\/\S+:(\d+)\/metrics/.exec(this.output.replace(/localhost:0/g, ''))?.[1];
    const text = port
      ? await fetch(`http://127.0.0.1:${port}/metrics`).then(
          (answer) => answer.text(),
          () => '',
        )
      : '';
    return new Map((text === '' ? [] : parse(text)).map((family) => [family.name, family]));
  }

  async pageWith(condition: (page: Map<string, Family>) => boolean): Promise<Map<string, Family>> {
    const deadline = Date.now() + 90_000;
    for (;;) {
      const page = await this.page();
      if (condition(page)) return page;
      if (Date.now() > deadline || this.child.exitCode !== null)
        throw new Error(`Not yet:\n${this.output.slice(-3000)}`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  async stop(signal: NodeJS.Signals): Promise<number | null> {
    const exit = once(this.child, 'exit');
    this.child.kill(signal);
    const [code] = await exit;
    return code as number | null;
  }
}

function start(): Started {
  const { DATABASE_URL: _, ...inherited } = process.env;
  const env = {
    ...inherited,
    METRICS_PORT: '0',
    HTTP_PORT: '0',
    DATA_DIR: dataDir,
    METRICS_PAGE_MAX_AGE: '0',
  };
  const args = [join(ROOT, 'dist/simulator/launch.js'), '--symbols', '110'];
  return new Started(spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
}

describe('npm start', () => {
  let stored = 0;

  it('shows every metric of the contract within a minute, and traders matching in the log', async () => {
    const started = start();
    const page = await started.pageWith((now) => total(now, 'signals_analyzed_total') > 0);
    process.stdout.write(`first analysed signal after ${Math.round(performance.now() - started.began)} ms\n`);
    expect(
      contractProblems(page, new Set(['signals_generated_total', 'binance_rest_requests_total'])),
    ).toEqual([]);
    expect(started.output).toMatch(/\[Worker\] Trader "[^"]+": [1-9]\d* symbols matching/);
    const settled = await started.pageWith(
      (now) => sample(now, 'sync_queue_depth', { queue_type: 'signals' }) === 0,
    );
    stored = total(settled, 'signals_persisted_total');
    expect(await started.stop('SIGINT')).toBe(0);
    expect(started.output).toContain('Stopped');
  }, 120_000);

  it('finds at a second start what the first one stored, and takes no continuing match for a new one', async () => {
    const started = start();
    const page = await started.pageWith((now) => total(now, 'trader_screenings_total') >= 4);
    expect(stored).toBeGreaterThan(0);
    expect(total(page, 'trader_continuing_matches')).toBeGreaterThan(0);
    expect(await started.stop('SIGTERM')).toBe(0);
  }, 120_000);
});
