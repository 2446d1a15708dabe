import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { seriesValue } from '../../support/exposition';
import { OtlpReceiver } from '../../support/otlp-receiver';
import { withApp } from '../../support/preloaded-app';

const receivers: OtlpReceiver[] = [];

async function receiver(status = 200): Promise<OtlpReceiver> {
  const started = await OtlpReceiver.start(status);
  receivers.push(started);
  return started;
}

afterEach(async () => {
  for (const started of receivers.splice(0)) await started.stop();
});

const arrived = async (collector: OtlpReceiver, count: number) => {
  for (let i = 0; i < 1_000 && collector.spans.length < count; i++)
    await new Promise((resolve) => setTimeout(resolve, 10));
};

describe('spans', () => {
  it.each([
    ['the base endpoint', (url: string) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/` })],
    ['the traces endpoint', (url: string) => ({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url}/v1/traces` })],
  ])('reach the collector of %s, as protobuf, with parents and headers, and are counted', async (_, env) => {
    const collector = await receiver();
    const headers = { OTEL_EXPORTER_OTLP_HEADERS: 'x-key=top-secret' };
    await withApp(
      { app: 'makes-spans.js', args: ['20', 'stay'], env: { ...env(collector.baseUrl), ...headers } },
      async (app) => {
        await arrived(collector, 20);
        const parent = collector.spans.find(({ name }) => name === 'parent');
        const children = collector.spans.filter(({ name }) => name.startsWith('child'));
        expect(children.length).toBe(19);
        expect(new Set(children.map(({ parentSpanId, traceId }) => `${traceId} ${parentSpanId}`))).toEqual(
          new Set([`${parent?.traceId} ${parent?.spanId}`]),
        );
        expect(collector.headers[0]).toMatchObject({
          ':path': '/v1/traces',
          'content-type': 'application/x-protobuf',
          'content-encoding': 'gzip',
          'x-key': 'top-secret',
        });
        const families = await app.page();
        expect(seriesValue(families, 'spans_exported_total')).toBe(20);
        expect(app.stderr).toContain(`traces go to ${collector.baseUrl}/v1/traces`);
        expect(app.stderr).not.toContain('top-secret');
      },
    );
  });

  it('are not sampled when the ratio is 0', async () => {
    const collector = await receiver();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.baseUrl, OTEL_TRACES_SAMPLER_ARG: '0' };
    await withApp({ app: 'makes-spans.js', args: ['20', 'natural'], env }, async (app) => {
      expect((await app.exited).code).toBe(0);
      expect(collector.headers.length).toBe(0);
    });
  });

  it('of a trace that the ratio passed over are sent when one of them has failed, and counted from then on', async () => {
    const collector = await receiver();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.baseUrl, OTEL_TRACES_SAMPLER_ARG: '0' };
    await withApp({ app: 'makes-one-trace.js', env }, async (app) => {
      await arrived(collector, 2);
      while (seriesValue(await app.page(), 'spans_exported_total') !== 2);
    });
    expect(collector.spans.map(({ name }) => name).sort()).toEqual(['child', 'parent']);
  });

  it.each([
    [400, 'rejected'],
    [503, 'rejected'],
  ])('that a collector answers with %i are counted as %s', async (status, reason) => {
    const collector = await receiver(status);
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.baseUrl };
    await withApp({ app: 'makes-spans.js', args: ['10', 'stay'], env }, async (app) => {
      const dropped = async () => seriesValue(await app.page(), 'spans_dropped_total', { reason });
      while ((await dropped()) !== 10) await new Promise((resolve) => setTimeout(resolve, 50));
      expect(seriesValue(await app.page(), 'spans_exported_total')).toBe(0);
    });
  });

  it('without a collector or without its answer are counted as unreachable and timeout', async () => {
    const silent = createServer((socket) => void socket.on('error', () => {})).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const cases = [
      ['http://127.0.0.1:9', 'unreachable'],
      [`http://127.0.0.1:${port}`, 'timeout'],
    ] as const;
    for (const [endpoint, reason] of cases)
      await withApp(
        { app: 'makes-spans.js', args: ['10', 'stay'], env: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } },
        async (app) => {
          const dropped = async () => seriesValue(await app.page(), 'spans_dropped_total', { reason });
          while ((await dropped()) !== 10) await new Promise((resolve) => setTimeout(resolve, 50));
        },
      );
    silent.close();
  });

  it('beyond the queue are counted: made = exported + dropped', async () => {
    const collector = await receiver();
    await withApp(
      {
        app: 'makes-spans.js',
        args: ['5000', 'stay'],
        env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.baseUrl },
      },
      async (app) => {
        const values = async () => {
          const families = await app.page();
          return [
            seriesValue(families, 'spans_exported_total'),
            seriesValue(families, 'spans_dropped_total', { reason: 'queue_full' }),
          ];
        };
        let [exported = 0, dropped = 0] = await values();
        while (exported + dropped < 5_000) [exported = 0, dropped = 0] = await values();
        expect(exported + dropped).toBe(5_000);
        expect(dropped).toBeGreaterThan(0);
        expect(collector.spans.length).toBe(exported);
      },
    );
  });

  it('with no endpoint leave no packet and put no span metric on the page', async () => {
    await withApp({ app: 'makes-spans.js', args: ['10', 'stay'] }, async (app) => {
      const families = await app.page();
      expect(families.some(({ name }) => name.startsWith('spans_'))).toBe(false);
    });
  });
});
