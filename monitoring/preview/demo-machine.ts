/** A simulated exchange, a trader and a Prometheus that scrapes it as Fly would, for as long as a preview needs data. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const LAUNCHER = 'dist/simulator/launch.js';
const STOP_WITHIN_MS = 10_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}

/** JSON is YAML. */
function scrapeConfiguration(port: number): string {
  const labels = { app: 'vyx-user-demo', instance: 'demo', region: 'local', host: 'c0de' };
  const target = { targets: [`127.0.0.1:${port}`], labels };
  return JSON.stringify({
    scrape_configs: [{ job_name: 'trader', scrape_interval: '5s', static_configs: [target] }],
  });
}

/** @throws Error when the program is not installed or ends at once */
async function started(program: string, args: readonly string[], environment: Record<string, string>) {
  const child = spawn(program, args, { stdio: 'ignore', env: { ...process.env, ...environment } });
  await Promise.race([
    once(child, 'error').then(([error]) => Promise.reject(error as Error)),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${program} ended with ${code}`))),
    sleep(1500),
  ]);
  return child;
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await exit;
  clearTimeout(patience);
}

/** @param use gets the URL of the Prometheus once it has minutes of data */
export async function withDemoMachine(minutes: number, use: (url: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'trader-preview-'));
  const children: ChildProcess[] = [];
  try {
    const [metrics, http, own] = [await freePort(), await freePort(), await freePort()];
    const ports = {
      METRICS_PORT: String(metrics),
      HTTP_PORT: String(http),
      DATA_DIR: join(folder, 'database'),
    };
    children.push(await started(process.execPath, [resolve(LAUNCHER)], ports));
    const file = join(folder, 'prometheus.yml');
    writeFileSync(file, scrapeConfiguration(metrics));
    const address = `127.0.0.1:${own}`;
    const data = `--storage.tsdb.path=${join(folder, 'data')}`;
    children.push(
      await started('prometheus', [`--config.file=${file}`, data, `--web.listen-address=${address}`], {}),
    );
    console.log(
      `A simulated exchange, a trader and Prometheus (http://${address}) run for ${minutes} minutes`,
    );
    await sleep(minutes * 60_000);
    await use(`http://${address}`);
  } finally {
    await Promise.all(children.reverse().map(stopped));
    rmSync(folder, { recursive: true, force: true });
  }
}
