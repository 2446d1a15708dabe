import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type PreloadedApp, withApp } from '../support/preloaded-app';

// The figure holds the noise of the machine too: a measurement that fails is told and taken again, twice at most.
jest.retryTimes(2, { logErrorsBeforeRetry: true });

const SCRAPERS = 64;
const SLOW_CLIENTS = 1_000;
const DESCRIPTORS = 120;
const RANDOM_REQUESTS = 10_000;
const ATTEMPTS = 3;

interface Measured {
  /** Lateness of a 10 ms timer, ms. */
  readonly p99: number;
  readonly max: number;
  readonly failed: number;
  readonly succeeded: number;
}

const elsewhere = createServer((socket) => socket.on('error', () => {}).resume());
let elsewherePort = '';

beforeAll(async () => {
  elsewhere.listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  elsewherePort = `${(elsewhere.address() as AddressInfo).port}`;
});

afterAll(() => {
  elsewhere.close();
});

const count = (text: string) => text.split('measured').length;

/** What the application felt while `action` ran. */
async function feltDuring(app: PreloadedApp, action: () => Promise<void>): Promise<Measured> {
  app.kill('SIGUSR2');
  await action();
  const before = count(app.stdout);
  app.kill('SIGUSR2');
  while (count(app.stdout) === before) await sleep(10);
  return JSON.parse(app.stdout.slice(app.stdout.lastIndexOf('{'))) as Measured;
}

function scrape(port: number, agent?: Agent): Promise<number | undefined> {
  return new Promise((resolve) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path: '/metrics',
        timeout: 5_000,
        ...(agent ? { agent } : { agent: false }),
      },
      (response) => {
        response.resume().on('end', () => resolve(response.statusCode));
        response.on('error', () => resolve(undefined));
      },
    );
    sent.on('timeout', () => sent.destroy());
    sent.on('error', () => resolve(undefined)).end();
  });
}

const portOf = async (app: PreloadedApp) => Number(new URL(await app.url()).port);

describe('R7: a hostile port', () => {
  it(`${SCRAPERS} scrapers at once: the application’s 10 ms timer is not late`, async () => {
    const env = { METRICS_PAGE_MAX_AGE: '1000' };
    await withApp({ app: 'keeps-working.js', args: [elsewherePort], env }, async (app) => {
      const port = await portOf(app);
      await scrape(port);
      let best: Measured | undefined;
      for (let attempt = 0; attempt < ATTEMPTS && !(best && best.p99 <= 25); attempt++) {
        let answers = 0;
        const felt = await feltDuring(app, async () => {
          const until = performance.now() + 4_000;
          const agent = new Agent({ keepAlive: true, maxSockets: SCRAPERS });
          const scraper = async () => {
            for (; performance.now() < until; await sleep(5))
              if ((await scrape(port, agent)) === 200) answers++;
          };
          await Promise.all(Array.from({ length: SCRAPERS }, scraper));
          agent.destroy();
        });
        console.log(
          `R7: ${SCRAPERS} scrapers, ${answers} answers in 4 s: timer p99 ${felt.p99.toFixed(1)} ms late, max ${felt.max.toFixed(1)} ms`,
        );
        expect(answers).toBeGreaterThan(SCRAPERS);
        if (best === undefined || felt.p99 < best.p99) best = felt;
      }
      expect(best?.p99).toBeLessThanOrEqual(25);
    });
  }, 60_000);

  it(`${SLOW_CLIENTS} slow clients at a limit of ${DESCRIPTORS} descriptors: a scrape is served again, no connection of the application fails`, async () => {
    await withApp(
      { app: 'keeps-working.js', args: [elsewherePort], descriptors: DESCRIPTORS },
      async (app) => {
        const port = await portOf(app);
        const sockets: Socket[] = [];
        let servedAfterMs = Number.POSITIVE_INFINITY;
        const felt = await feltDuring(app, async () => {
          const started = performance.now();
          for (let i = 0; i < SLOW_CLIENTS; i++) {
            const socket = connect(port, '127.0.0.1', () => socket.write('GET /metrics HTTP/1.1\r\nX-'));
            socket.on('error', () => {});
            sockets.push(socket);
          }
          const drip = setInterval(() => {
            for (const socket of sockets) if (socket.writable) socket.write('a');
          }, 500);
          await sleep(200);
          while ((await scrape(port)) !== 200) await sleep(50);
          servedAfterMs = performance.now() - started;
          await sleep(2_000);
          clearInterval(drip);
        });
        for (const socket of sockets) socket.destroy();
        console.log(
          `R7: ${SLOW_CLIENTS} slow clients, ${DESCRIPTORS} descriptors: scrape served again after ${Math.round(servedAfterMs)} ms; ${felt.failed} of ${felt.failed + felt.succeeded} outgoing connections failed`,
        );
        expect(servedAfterMs).toBeLessThanOrEqual(3_000);
        expect(felt.failed).toBe(0);
        expect(felt.succeeded).toBeGreaterThan(10);
      },
    );
  }, 60_000);

  it(`${RANDOM_REQUESTS} random requests: the process lives and serves`, async () => {
    await withApp({ app: 'keeps-working.js', args: [elsewherePort] }, async (app) => {
      const port = await portOf(app);
      let left = RANDOM_REQUESTS;
      const attacker = async () => {
        while (left-- > 0) await randomRequest(port);
      };
      await Promise.all(Array.from({ length: 24 }, attacker));
      const status = await scrape(port);
      console.log(`R7: ${RANDOM_REQUESTS} random requests: running ${app.running}, then ${status}`);
      expect([app.running, status]).toEqual([true, 200]);
    });
  }, 60_000);
});

const STARTS = [
  '',
  'GET /metrics HTTP/1.1\r\n',
  'GET //',
  'POST /metrics HTTP/1.1\r\nContent-Length: 9999\r\n\r\n',
  'GET http://[bad/ HTTP/1.1\r\n\r\n',
  'GET /metrics HTTP/1.1\r\nHost: a\r\nAuthorization: ',
  'PRI * HTTP/2.0\r\n\r\n',
];

/** Random bytes, some behind the beginning of a request; ends when the connection has. */
function randomRequest(port: number): Promise<void> {
  return new Promise((resolve) => {
    const bytes = randomBytes(64 + Math.floor(Math.random() * 200));
    const start = STARTS[Math.floor(Math.random() * STARTS.length)] as string;
    const socket = connect(port, '127.0.0.1', () => socket.end(Buffer.concat([Buffer.from(start), bytes])));
    socket.on('error', () => {}).on('close', () => resolve());
    socket.setTimeout(500, () => socket.destroy());
    socket.resume();
  });
}
