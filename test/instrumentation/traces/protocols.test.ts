import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seriesValue } from '../../support/exposition';
import { OTLP_PROTOCOLS, OtlpCollector } from '../../support/otlp-collector';
import { withApp } from '../../support/preloaded-app';

let collectors: Map<string, OtlpCollector>;

beforeAll(async () => {
  const started = OTLP_PROTOCOLS.map(
    async (protocol) => [protocol, await OtlpCollector.start({ protocol })] as const,
  );
  collectors = new Map(await Promise.all(started));
});

afterAll(async () => {
  for (const collector of collectors.values()) await collector.stop();
});

const HEADERS = { OTEL_EXPORTER_OTLP_HEADERS: 'x-key=top-secret' };

describe.each(OTLP_PROTOCOLS)('over %s', (protocol) => {
  it('a real receiver gets every span whole, with the headers, and each is counted', async () => {
    const collector = collectors.get(protocol) as OtlpCollector;
    const env = { ...collector.env(), ...HEADERS, OTEL_SERVICE_NAME: 'told' };
    await withApp({ app: 'makes-one-trace.js', env }, async (app) => {
      await collector.waitFor((spans) => spans.length === 3);
      const [parent, child, linked] = ['parent', 'child', 'linked'].map((name) =>
        collector.spans.find((span) => span.name === name),
      );
      expect(child).toMatchObject({
        traceId: parent?.traceId,
        parentSpanId: parent?.spanId,
        kind: 'client',
        attributes: { text: 'é🚀', whole: 5, part: 1.5, yes: true, list: ['a', 'b'], zero: 0, empty: '' },
        events: [{ name: 'exception', attributes: { 'exception.message': 'broke' } }],
        status: 'error',
        statusMessage: 'bad',
        scope: 'fixture',
        resource: { 'service.name': 'told' },
      });
      expect(linked).toMatchObject({
        parentSpanId: '',
        links: [{ traceId: parent?.traceId, spanId: parent?.spanId, attributes: { why: 'batch' } }],
      });
      expect(linked?.traceId).not.toBe(parent?.traceId);
      // The child was given its times: to the nanosecond.
      expect((child?.endNs ?? 0n) - (child?.startNs ?? 0n)).toBe(250_000_000n);
      expect(collector.requests.every(({ headers }) => headers['x-key'] === 'top-secret')).toBe(true);
      expect(app.stderr).not.toContain('top-secret');
      while (seriesValue(await app.page(), 'spans_queued') !== 0);
      expect(seriesValue(await app.page(), 'spans_exported_total')).toBe(3);
    });
  });

  it.each(['natural', 'exit'])('what is queued is sent when the process ends by %s', async (ending) => {
    const collector = collectors.get(protocol) as OtlpCollector;
    const before = collector.spans.length;
    await withApp({ app: 'makes-spans.js', args: ['50', ending, '4'], env: collector.env() }, async (app) => {
      expect(await app.exited).toEqual({ code: 4, signal: null });
      await collector.waitFor((spans) => spans.length >= before + 50);
      expect(app.lines.length).toBe(1);
    });
    expect(collector.spans.length).toBe(before + 50);
  });

  it('only its own modules are loaded', async () => {
    const collector = collectors.get(protocol) as OtlpCollector;
    const nodeArgs = ['--require', require.resolve('../../../dist/instrumentation/register.js')];
    const env = collector.env();
    await withApp({ app: 'prints-tracing-modules.js', env, nodeArgs }, async (app) => {
      await app.exited;
      const modules = JSON.parse(app.stdout) as string[];
      expect(modules.some((name) => name.includes('/otlp-grpc-exporter-base/'))).toBe(protocol === 'grpc');
      expect(modules.some((name) => name.includes('/@grpc/grpc-js/'))).toBe(false);
      expect(modules.some((name) => name.endsWith('/instrumentation/traces/tracing.js'))).toBe(true);
    });
  });
});

describe('gRPC without its package', () => {
  it('is refused by one line that names the package, and metrics stay up', async () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    const nodeArgs = [
      '--require',
      require.resolve('../../fixtures/hides-grpc.js'),
      '--require',
      require.resolve('../../../dist/instrumentation/register.js'),
    ];
    await withApp({ app: 'records-forever.js', env, nodeArgs }, async (app) => {
      const families = await app.page();
      expect(seriesValue(families, 'telemetry_config_ok')).toBe(0);
      expect(seriesValue(families, 'orders_total', { side: 'buy' })).toBe(3);
      const refused = app.lines.filter((line) => line.includes('refused'));
      expect(refused).toEqual([
        expect.stringContaining('npm install @opentelemetry/exporter-trace-otlp-grpc'),
      ]);
    });
  });
});
