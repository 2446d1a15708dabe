import { once } from 'node:events';
import { request } from 'node:http';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OtlpReceiver } from '../support/otlp-receiver';
import { type Exit, type PreloadedApp, withApp } from '../support/preloaded-app';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

let blackhole: Server;
let endpoints: Record<'none' | 'refused' | 'blackhole', Record<string, string>>;

beforeAll(async () => {
  blackhole = createServer((socket) => void socket.on('error', () => {})).listen(0, '127.0.0.1');
  await once(blackhole, 'listening');
  const { port } = blackhole.address() as { port: number };
  endpoints = {
    none: {},
    refused: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
    blackhole: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` },
  };
});

afterAll(() => void blackhole.close());

async function signalled(app: PreloadedApp, signal: NodeJS.Signals): Promise<Exit & { ms: number }> {
  await app.says('running');
  await app.url();
  const started = performance.now();
  app.kill(signal);
  const exit = await app.exited;
  return { ...exit, ms: Math.round(performance.now() - started) };
}

describe.each(SIGNALS)('R9: %s', (signal) => {
  it.each(['none', 'refused', 'blackhole'] as const)(
    'without a listener, collector %s: ends by the signal',
    async (collector) => {
      await withApp(
        { app: 'makes-spans.js', args: ['100', 'stay'], env: endpoints[collector] },
        async (app) => {
          const exit = await signalled(app, signal);
          console.log(`${signal}, no listener, collector ${collector}: ${exit.ms} ms`);
          expect([exit.code, exit.signal]).toEqual([null, signal]);
          expect(exit.ms).toBeLessThan(4_000);
        },
      );
    },
  );

  it.each(['listener', 'once-listener'])(
    'with a %s of the application: its own exit code',
    async (ending) => {
      await withApp(
        { app: 'makes-spans.js', args: ['100', ending, '3'], env: endpoints.blackhole },
        async (app) => {
          const exit = await signalled(app, signal);
          expect([exit.code, exit.signal]).toEqual([3, null]);
          expect(exit.ms).toBeLessThan(4_000);
        },
      );
    },
  );

  it('a second one ends the process at once', async () => {
    await withApp({ app: 'makes-spans.js', args: ['100', 'stay'], env: endpoints.blackhole }, async (app) => {
      await app.says('running');
      await app.url();
      const started = performance.now();
      app.kill(signal);
      await new Promise((resolve) => setTimeout(resolve, 200));
      app.kill(signal);
      expect((await app.exited).signal).toBe(signal);
      console.log(`second ${signal}: ${Math.round(performance.now() - started)} ms after the first`);
    });
  });

  it('a collector that answers gets every span', async () => {
    const collector = await OtlpReceiver.start();
    await withApp(
      {
        app: 'makes-spans.js',
        args: ['1500', 'stay'],
        env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.baseUrl },
      },
      async (app) => {
        const exit = await signalled(app, signal);
        expect(exit.signal).toBe(signal);
      },
    );
    expect(collector.spans.length).toBe(1_500);
    await collector.stop();
  });
});

describe('the natural end', () => {
  it('sends what is queued and keeps the exit code', async () => {
    const collector = await OtlpReceiver.start();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.baseUrl };
    await withApp({ app: 'makes-spans.js', args: ['50', 'natural', '4'], env }, async (app) => {
      expect(await app.exited).toEqual({ code: 4, signal: null });
    });
    expect(collector.spans.length).toBe(50);
    await collector.stop();
  });

  it('is not held up by a collector that does not answer', async () => {
    const started = performance.now();
    await withApp(
      { app: 'makes-spans.js', args: ['50', 'natural', '4'], env: endpoints.blackhole },
      async (app) => {
        expect(await app.exited).toEqual({ code: 4, signal: null });
        console.log(
          `natural end with a silent collector: ${Math.round(performance.now() - started)} ms in all`,
        );
      },
    );
  });

  it('is not held up by a scraper that keeps its connection', async () => {
    await withApp({ app: 'ends-after-a-scrape.js' }, async (app) => {
      const url = await app.url();
      request(url, { headers: { connection: 'keep-alive' } }, (response) => void response.resume())
        .on('error', () => {})
        .end();
      expect(await app.exited).toEqual({ code: 0, signal: null });
    });
  });
});

it('P10: the last words on a crash name it without its message, and the crash stays what it is', async () => {
  await withApp({ app: 'makes-spans.js', args: ['1', 'crash'] }, async (app) => {
    expect(await app.exited).toEqual({ code: 1, signal: null });
    const [words] = app.lines.filter((line) => line.includes('uncaughtException'));
    expect(words).toContain('TypeError');
    expect(words).not.toContain('secret-in-message');
  });
});

describe('an end without a chance to wait', () => {
  it.each([
    ['crash', 1],
    ['exit', 5],
  ])('by %s sends what is queued and keeps the exit code', async (ending, code) => {
    const collector = await OtlpReceiver.start();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.baseUrl };
    await withApp({ app: 'makes-spans.js', args: ['50', ending, `${code}`], env }, async (app) => {
      expect(await app.exited).toEqual({ code, signal: null });
    });
    expect(new Set(collector.spans.map(({ spanId }) => spanId)).size).toBe(50);
    await collector.stop();
  });

  it('is held up for no more than a second by a collector that does not answer, and says what was lost', async () => {
    await withApp(
      { app: 'makes-spans.js', args: ['50', 'exit', '5'], env: endpoints.blackhole },
      async (app) => {
        await app.says('running');
        const began = performance.now();
        expect(await app.exited).toEqual({ code: 5, signal: null });
        console.log(`exit with a silent collector: ${Math.round(performance.now() - began)} ms`);
        expect(app.lines.at(-1)).toContain('50 spans were not sent');
      },
    );
  });
});
