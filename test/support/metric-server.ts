/** A real Prometheus or VictoriaMetrics as a child process, on a free port and a folder of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type MetricProgram = 'prometheus' | 'victoria-metrics';

export interface MetricServer {
  readonly url: string;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export async function startMetricServer(program: MetricProgram, scrapeConfig: string): Promise<MetricServer> {
  const folder = mkdtempSync(join(tmpdir(), `${program}-`));
  const config = join(folder, 'scrape.yml');
  writeFileSync(config, scrapeConfig);
  const address = `127.0.0.1:${await freePort()}`;
  const data = join(folder, 'data');
  const args = {
    prometheus: [`--config.file=${config}`, `--storage.tsdb.path=${data}`, `--web.listen-address=${address}`],
    'victoria-metrics': [
      `-promscrape.config=${config}`,
      `-storageDataPath=${data}`,
      `-httpListenAddr=${address}`,
      '-search.latencyOffset=0s',
    ],
  }[program];
  const child = spawn(program, args, { stdio: 'ignore' });
  return {
    url: `http://${address}`,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'close');
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
