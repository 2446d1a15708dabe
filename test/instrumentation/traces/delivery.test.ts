import { afterEach, describe, expect, it } from '@jest/globals';
import { Delivery } from '../../../instrumentation/traces/delivery';
import type { TracesSettings } from '../../../instrumentation/traces-settings';
import { OTLP_PROTOCOLS, type OtlpProtocol } from '../../support/otlp-collector';
import {
  type Script,
  type ScriptedCollector,
  scriptedCollector,
} from '../../support/otlp-scripted-collector';
import { endedSpans, tracesSettings } from '../../support/otlp-settings';

const open: { stop(): Promise<void> | void }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});

async function between(
  protocol: OtlpProtocol,
  script: Script,
  changed: Partial<TracesSettings> = {},
): Promise<{ collector: ScriptedCollector; delivery: Delivery }> {
  const collector = await scriptedCollector(protocol, script);
  const endpoint = protocol === 'grpc' ? collector.url : `${collector.url}/v1/traces`;
  const delivery = new Delivery(tracesSettings({ protocol, endpoint, ...changed }));
  open.push({ stop: () => delivery.close() }, collector);
  return { collector, delivery };
}

describe.each(OTLP_PROTOCOLS)('a batch over %s', (protocol) => {
  const unavailable = protocol === 'grpc' ? 14 : 503;
  const refused = protocol === 'grpc' ? 3 : 400;

  it.each(['gzip', 'none'] as const)('is taken whole, compressed with %s', async (compression) => {
    const { collector, delivery } = await between(protocol, () => ({}), {
      compression,
      headers: { 'x-key': 'k' },
    });
    expect(await delivery.deliver(endedSpans(300))).toEqual({ taken: true, rejectedSpans: 0 });
    expect(collector.requests.map((ids) => ids.length)).toEqual([300]);
    expect(collector.headers[0]?.['x-key']).toBe('k');
  });

  it('of which the collector keeps a part is taken but for the rest', async () => {
    const { delivery } = await between(protocol, () => ({ rejected: 130 }));
    expect(await delivery.deliver(endedSpans(300))).toEqual({ taken: true, rejectedSpans: 130 });
  });

  it('is sent again while the collector is busy, and is taken once', async () => {
    const { collector, delivery } = await between(protocol, (request) =>
      request < 3 ? { status: unavailable } : {},
    );
    expect(await delivery.deliver(endedSpans(5))).toMatchObject({ taken: true });
    expect(collector.requests.length).toBe(3);
    expect(new Set(collector.requests.flat()).size).toBe(5);
  });

  it('whose acknowledgement is lost is sent again', async () => {
    const { collector, delivery } = await between(protocol, (request) =>
      request === 1 ? { instead: 'cut' } : {},
    );
    expect(await delivery.deliver(endedSpans(5))).toMatchObject({ taken: true });
    expect(collector.requests.length).toBe(2);
  });

  it('that is refused for good is not sent again', async () => {
    const { collector, delivery } = await between(protocol, () => ({ status: refused }));
    expect(await delivery.deliver(endedSpans(5))).toMatchObject({ taken: false, reason: 'rejected' });
    expect(collector.requests.length).toBe(1);
  });

  it('without an answer is given up in time, however many attempts it took', async () => {
    const { collector, delivery } = await between(
      protocol,
      (request) => (request === 1 ? { status: unavailable } : { instead: 'nothing' }),
      { timeoutMs: 700 },
    );
    const began = performance.now();
    expect(await delivery.deliver(endedSpans(5))).toMatchObject({ taken: false, reason: 'timeout' });
    expect(performance.now() - began).toBeGreaterThan(650);
    expect(collector.requests.length).toBe(2);
  });

  it('without a collector is unreachable', async () => {
    const delivery = new Delivery(
      tracesSettings({ protocol, endpoint: 'http://127.0.0.1:9', timeoutMs: 300 }),
    );
    expect(await delivery.deliver(endedSpans(5))).toMatchObject({ taken: false, reason: 'unreachable' });
    delivery.close();
  });
});

describe('a batch over HTTP', () => {
  it.each([
    ['0', 'as soon as any other'],
    ['1', 'after it'],
  ])('with Retry-After %s is sent again %s', async (after) => {
    const times: number[] = [];
    const { delivery } = await between('http/json', (request) => {
      times.push(performance.now());
      return request === 1 ? { status: 429, headers: { 'retry-after': after } } : {};
    });
    expect(await delivery.deliver(endedSpans(1))).toMatchObject({ taken: true });
    const [first = 0, second = 0] = times;
    expect(second - first).toBeGreaterThan(after === '1' ? 990 : 190);
  });

  it.each(['3600', 'Fri, 01 Jan 2100 00:00:00 GMT'])(
    'with Retry-After %s is given up at once',
    async (after) => {
      const { collector, delivery } = await between('http/protobuf', () => ({
        status: 503,
        headers: { 'retry-after': after },
      }));
      expect(await delivery.deliver(endedSpans(1))).toMatchObject({ taken: false, reason: 'rejected' });
      expect(collector.requests.length).toBe(1);
    },
  );

  it.each([
    ['rubbish', Buffer.from([0xff, 0xfe, 0x00, 0x81])],
    ['a page', '<html>'],
    ['megabytes', Buffer.alloc(8 * 1024 * 1024, 'x')],
  ])('answered with 200 and %s is taken', async (_, body) => {
    for (const protocol of ['http/protobuf', 'http/json'] as const) {
      const { delivery } = await between(protocol, () => ({ body }));
      expect(await delivery.deliver(endedSpans(1))).toEqual({ taken: true, rejectedSpans: 0 });
    }
  });

  it('says what it was answered in words that are its own', async () => {
    const { delivery } = await between('http/protobuf', () => ({ status: 401, body: 'token top-secret' }));
    expect(await delivery.deliver(endedSpans(1))).toMatchObject({ said: 'it answered 401 Unauthorized' });
  });

  it('takes nothing from the environment but what the settings say', async () => {
    process.env.OTEL_EXPORTER_OTLP_HEADERS = 'x-env=leaked';
    try {
      for (const protocol of OTLP_PROTOCOLS) {
        const { collector, delivery } = await between(protocol, () => ({}));
        await delivery.deliver(endedSpans(1));
        expect(collector.headers[0]).not.toHaveProperty('x-env');
      }
    } finally {
      delete process.env.OTEL_EXPORTER_OTLP_HEADERS;
    }
  });
});
