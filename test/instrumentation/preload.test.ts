import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { seriesValue } from '../support/exposition';
import { type AppOptions, PRELOAD, withApp } from '../support/preloaded-app';
import { ROOT } from '../support/source-files';

const FIXTURES = join(ROOT, 'test/fixtures');

describe('ways to load the preload', () => {
  it.each<[string, AppOptions]>([
    ['--require', { app: 'records-forever.js' }],
    ['--import', { app: 'records-forever.js', nodeArgs: ['--import', PRELOAD] }],
    [
      'NODE_OPTIONS',
      { app: 'records-forever.js', nodeArgs: [], env: { NODE_OPTIONS: `--require ${PRELOAD}` } },
    ],
    [
      '--require twice',
      { app: 'records-forever.js', nodeArgs: ['--require', PRELOAD, '--require', PRELOAD] },
    ],
    [
      '--require and NODE_OPTIONS',
      { app: 'records-forever.js', env: { NODE_OPTIONS: `--require ${PRELOAD}` } },
    ],
    [
      '--require and --import',
      { app: 'records-forever.js', nodeArgs: ['--require', PRELOAD, '--import', PRELOAD] },
    ],
    ['--require before an ES module', { app: 'records-forever.mjs' }],
    ['--import before an ES module', { app: 'records-forever.mjs', nodeArgs: ['--import', PRELOAD] }],
  ])('%s: the application’s metrics are on the page, once', async (_, options) => {
    await withApp(options, async (app) => {
      await app.says('running');
      expect(seriesValue(await app.page(), 'orders_total', { side: 'buy' })).toBe(3);
      expect(app.lines.length).toBe(1);
    });
  });

  it('P4: a second copy of the package does not start', async () => {
    await withApp(
      {
        app: 'records-forever.js',
        nodeArgs: ['--require', join(FIXTURES, 'started-already.js'), '--require', PRELOAD],
      },
      async (app) => {
        await app.says('running');
        expect(app.lines).toEqual([]);
      },
    );
  });
});

describe('worker threads', () => {
  it.each<[string, AppOptions]>([
    ['--require', { app: 'starts-workers.js' }],
    [
      'NODE_OPTIONS',
      { app: 'starts-workers.js', nodeArgs: [], env: { NODE_OPTIONS: `--require ${PRELOAD}` } },
    ],
    ['--import', { app: 'starts-workers.js', nodeArgs: ['--import', PRELOAD] }],
  ])(
    'P1: eight that inherit %s load nothing of telemetry and do not fight for the port',
    async (_, options) => {
      await withApp(options, async (app) => {
        await app.says('counts');
        const { counts, ms } = JSON.parse(app.stdout) as { counts: number[]; ms: number };
        console.log(`8 workers were ready after ${ms} ms`);
        expect(counts).toEqual(Array(8).fill(0));
        expect(seriesValue(await app.page(), 'orders_total')).toBe(1);
        expect(app.lines.length).toBe(1);
      });
    },
  );
});

describe('what stands in the way', () => {
  it('P5: another version of the API that registered first is named', async () => {
    const older = join(FIXTURES, 'older-api-first.js');
    await withApp(
      { app: 'records-forever.js', nodeArgs: ['--require', older, '--require', PRELOAD] },
      async (app) => {
        const families = await app.page();
        expect(app.stderr).toContain('@opentelemetry/api 1.2.0 was registered first');
        expect(seriesValue(families, 'telemetry_config_ok')).toBe(1);
      },
    );
  });

  it('M1: a busy port is named once, and taken when it is free', async () => {
    const squatter = createServer().listen(0, '::');
    await once(squatter, 'listening');
    const { port } = squatter.address() as { port: number };
    await withApp({ app: 'records-forever.js', env: { METRICS_PORT: `${port}` } }, async (app) => {
      await app.reports('is in use by another process');
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      expect(app.lines.length).toBe(1);
      expect(app.lines[0]).toContain(`port ${port}`);
      squatter.close();
      expect(seriesValue(await app.page(), 'orders_total', { side: 'buy' })).toBe(3);
    });
  });

  it('hostile callbacks: the page is served, what works is on it, and the application lives', async () => {
    const env = { METRICS_COLLECT_TIMEOUT: '300' };
    await withApp({ app: 'hostile-callbacks.js', env }, async (app) => {
      await app.says('running');
      for (let scrape = 0; scrape < 3; scrape++) {
        const families = await app.page();
        expect(seriesValue(families, 'works')).toBe(1);
        expect(seriesValue(families, 'symbol', { c: 'kept' })).toBe(2);
        expect(seriesValue(families, 'late')).toBeUndefined();
      }
      const families = await app.page();
      expect(seriesValue(families, 'metrics_scrape_errors_total')).toBeGreaterThanOrEqual(4 * 8);
      expect(app.running).toBe(true);
    });
  });
});

describe('the cost of the start', () => {
  const measureOnce = (options: Partial<AppOptions>) =>
    withApp({ app: 'prints-loaded-modules.js', ...options }, async (app) => {
      await app.exited;
      return JSON.parse(app.stdout) as { modules: string[]; rss: number; ms: number };
    });

  /** The fastest of three: the machine does other things too. */
  const measure = async (options: Partial<AppOptions>) => {
    const runs = [await measureOnce(options), await measureOnce(options), await measureOnce(options)];
    return runs.reduce((best, run) => (run.ms < best.ms ? run : best));
  };

  it('without an endpoint no module of tracing is loaded; with one they are', async () => {
    const bare = await measure({ nodeArgs: [] });
    const metrics = await measure({});
    const traces = await measure({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' } });
    const tracing = /sdk-trace|otlp|context-async-hooks|grpc|protobuf|instrumentation\/traces/;
    const report = (name: string, { modules, rss, ms }: typeof bare) =>
      `${name}: ${modules.length} modules, +${Math.round(ms - bare.ms)} ms, +${((rss - bare.rss) / 2 ** 20).toFixed(1)} MB`;
    console.log([report('metrics', metrics), report('metrics and traces', traces)].join('\n'));
    expect(metrics.modules.filter((file) => tracing.test(file))).toEqual([]);
    expect(traces.modules.filter((file) => tracing.test(file)).length).toBeGreaterThan(10);
  });
});
