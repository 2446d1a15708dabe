import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { parse, seriesValue } from '../support/exposition';
import { withApp } from '../support/preloaded-app';

const SEED = Number(process.env.FUZZ_SEED ?? 20261121);
const CALLS = 130_000;
const HOSTILE_CALLBACKS = 20;

async function collector() {
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    request.resume().on('end', () => response.writeHead(200).end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => requests,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

let stop = () => {};

afterEach(() => stop());

describe('R1: the host is never harmed', () => {
  it(`${CALLS} hostile calls and ${HOSTILE_CALLBACKS} hostile callbacks: nothing is thrown, the process lives, every page is valid`, async () => {
    const otlp = await collector();
    stop = otlp.stop;
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url, METRICS_COLLECT_TIMEOUT: '100' };
    const args = [`${SEED}`, `${CALLS}`];
    await withApp({ app: 'fuzzes-the-api.js', args, env }, async (app) => {
      const url = await app.url();
      let pages = 0;
      const scrape = async () => {
        const response = await fetch(url);
        const families = parse(await response.text());
        pages++;
        expect(response.status).toBe(200);
        return families;
      };
      while (!app.stdout.includes('done')) await Promise.all([scrape(), sleep(50)]);
      for (let i = 0; i < 3; i++) await scrape();
      for (let i = 0; i < 50 && otlp.requests() === 0; i++) await sleep(100);
      const last = await scrape();
      const [, json = '{}'] = /done (.*)/.exec(app.stdout) ?? [];
      const counts = JSON.parse(json) as { calls: number; spans: number; thrown: number };
      expect(app.running).toBe(true);
      app.kill('SIGUSR2');
      const exit = await app.exited;
      const failures = seriesValue(last, 'metrics_scrape_errors_total') ?? 0;
      console.log(
        `R1: seed ${SEED}: ${counts.calls} calls with ${counts.spans} spans, ${HOSTILE_CALLBACKS} hostile callbacks in ${pages} scrapes, ${otlp.requests()} exports of spans (${failures} failures of callbacks counted): ${counts.thrown} throws, exit ${exit.code}`,
      );
      expect(counts).toMatchObject({ thrown: 0 });
      expect(counts.calls).toBeGreaterThanOrEqual(CALLS);
      expect(counts.spans).toBeGreaterThan(2_000);
      expect(exit).toEqual({ code: 0, signal: null });
      expect(failures).toBeGreaterThan(pages);
      expect(seriesValue(last, 'fixture_calls')).toBe(counts.calls);
      expect(otlp.requests()).toBeGreaterThan(0);
    });
  }, 120_000);
});
