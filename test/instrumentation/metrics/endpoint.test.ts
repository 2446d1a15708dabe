import { once } from 'node:events';
import { request } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Attributes } from '@opentelemetry/api';
import { type Address, MetricsEndpoint } from '../../../instrumentation/metrics/endpoint';
import { parse, seriesValue } from '../../support/exposition';
import { testPipeline } from '../../support/metrics-pipeline';
import { parseOpenMetrics } from '../../support/open-metrics';

const stops: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function listening(endpoint: MetricsEndpoint): Promise<Address> {
  stops.push(() => endpoint.stop());
  endpoint.start();
  for (;;) {
    const address = endpoint.address();
    if (address !== undefined) return address;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function serve(settings: Parameters<typeof testPipeline>[0] = {}) {
  const pipeline = testPipeline(settings);
  const { port } = await listening(pipeline.endpoint);
  return { ...pipeline, port };
}

interface Reply {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
}

function ask(
  port: number,
  path: string,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    })
      .on('error', reject)
      .end();
  });
}

/** Sends bytes as they are; gives what came back until the connection closed. */
function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setTimeout(5_000, () => socket.destroy());
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}

describe('what is answered', () => {
  it('M28: GET /metrics, in the format’s own content type', async () => {
    const { port } = await serve();
    const reply = await ask(port, '/metrics');
    expect(reply.status).toBe(200);
    expect(reply.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(seriesValue(parse(reply.body.toString()), 'telemetry_config_ok')).toBe(1);
  });

  it('with or without a query', async () => {
    const { port } = await serve();
    expect((await ask(port, '/metrics?name[]=up')).status).toBe(200);
  });

  it('compressed when asked, and only then', async () => {
    const { port } = await serve();
    const encoding = async (accept: string) => {
      const reply = await ask(port, '/metrics', { headers: { 'accept-encoding': accept } });
      const body = reply.headers['content-encoding'] === 'gzip' ? gunzipSync(reply.body) : reply.body;
      parse(body.toString());
      return reply.headers['content-encoding'];
    };
    expect(await encoding('gzip')).toBe('gzip');
    expect(await encoding('deflate, gzip;q=0.5')).toBe('gzip');
    expect(await encoding('gzip;q=0, identity')).toBeUndefined();
    expect(await encoding('identity')).toBeUndefined();
  });

  it('OpenMetrics to whoever asks for it, compressed too, each form from its own cache', async () => {
    const { port } = await serve({ maxAgeMs: 60_000 });
    const accept = 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5';
    for (let i = 0; i < 2; i++) {
      const open = await ask(port, '/metrics', { headers: { accept, 'accept-encoding': 'gzip' } });
      expect(open.headers).toMatchObject({
        'content-type': 'application/openmetrics-text; version=1.0.0; charset=utf-8',
        'content-encoding': 'gzip',
        'content-length': `${open.body.length}`,
        vary: 'accept, accept-encoding',
      });
      parseOpenMetrics(gunzipSync(open.body).toString());
      const plain = await ask(port, '/metrics', { headers: { accept: 'text/plain;version=0.0.4' } });
      expect(plain.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
      parse(plain.body.toString());
    }
    const head = await ask(port, '/metrics', { method: 'HEAD', headers: { accept } });
    expect([head.body.length, head.headers['content-type']]).toEqual([
      0,
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    ]);
  });

  it('HEAD without a body', async () => {
    const { port } = await serve();
    const reply = await ask(port, '/metrics', { method: 'HEAD' });
    expect([reply.status, reply.body.length, Number(reply.headers['content-length']) > 100]).toEqual([
      200,
      0,
      true,
    ]);
  });

  it.each([
    ['POST', '/metrics', 405],
    ['DELETE', '/metrics', 405],
    ['OPTIONS', '/', 405],
    ['GET', '/', 404],
    ['GET', '/metrics/', 404],
    ['GET', '/a/../metrics', 404],
    ['GET', 'http://host/metrics', 404],
    ['GET', '//', 404],
  ])('M4: %s %s is answered %i', async (method, path, status) => {
    const { port, parsed } = await serve();
    const reply = await ask(port, path, { method });
    expect([reply.status, reply.headers.connection]).toEqual([status, 'close']);
    expect(seriesValue(await parsed(), 'metrics_scrapes_total', { code: '200' })).toBe(0);
  });

  it('M2: odd bytes end no process and spoil no later scrape', async () => {
    const { port } = await serve();
    const odd = [
      'GET //\r\n\r\n',
      'GET http://[bad/ HTTP/1.1\r\n\r\n',
      '\0\0\0\r\n\r\n',
      `GET /metrics HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      'GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n',
    ];
    await Promise.all(odd.map((bytes) => raw(port, bytes)));
    expect((await ask(port, '/metrics')).status).toBe(200);
  });

  it('R3: 500 when nothing could be collected, counted; and 200 again afterwards', async () => {
    const { port, meter } = await serve({ collectTimeoutMs: 30 });
    let fails = true;
    meter.createObservableGauge('g').addCallback((result) => {
      if (fails) throw new Error('no');
      result.observe(1);
    });
    expect((await ask(port, '/metrics')).status).toBe(500);
    fails = false;
    const reply = await ask(port, '/metrics');
    const families = parse(reply.body.toString());
    expect(seriesValue(families, 'metrics_scrapes_total', { code: '500' })).toBe(1);
    expect(seriesValue(families, 'metrics_scrape_errors_total')).toBe(1);
  });
});

describe('connections', () => {
  it('M24: connections that never finish their request are gone after seconds, and scrapes are served again', async () => {
    const { port } = await serve();
    const started = performance.now();
    const sockets: Socket[] = [];
    let closed = 0;
    for (let i = 0; i < 100; i++) {
      const socket = connect(port, '127.0.0.1', () => socket.write('GET /metrics HTTP/1.1\r\n'));
      socket.on('error', () => {});
      socket.on('close', () => closed++);
      sockets.push(socket);
    }
    stops.push(() => sockets.forEach((socket) => void socket.destroy()));
    while (closed < sockets.length) await new Promise((resolve) => setTimeout(resolve, 20));
    const goneAfterMs = performance.now() - started;
    expect((await ask(port, '/metrics')).status).toBe(200);
    console.log(`100 half-open clients were gone after ${Math.round(goneAfterMs)} ms`);
    expect(goneAfterMs).toBeLessThan(15_000);
  });

  it('M25: after its stop it refuses, and a second stop does no harm', async () => {
    const { port, endpoint } = await serve();
    await endpoint.stop();
    await endpoint.stop();
    await expect(ask(port, '/metrics')).rejects.toThrow();
  });

  it('a stop does not wait for a client that holds its connection', async () => {
    const { port, endpoint } = await serve();
    const socket = connect(port, '127.0.0.1', () => socket.write('GET /metrics HTTP/1.1\r\n'));
    socket.on('error', () => {});
    await once(socket, 'connect');
    const started = performance.now();
    await endpoint.stop();
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('the port', () => {
  it('M1: while it is busy it is tried again, and bound soon after it is free', async () => {
    const squatter = createServer();
    squatter.listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as { port: number };
    const bound = new Promise<Address>((resolve) => {
      const endpoint = new MetricsEndpoint(
        { host: '127.0.0.1', port },
        (_, response) => response.end(),
        resolve,
      );
      stops.push(() => endpoint.stop());
      endpoint.start();
    });
    await new Promise((resolve) => setTimeout(resolve, 700));
    squatter.close();
    await once(squatter, 'close');
    const freed = performance.now();
    expect((await bound).port).toBe(port);
    console.log(`bound ${Math.round(performance.now() - freed)} ms after the port was free`);
  });

  it('M3: "::" answers on both families', async () => {
    const pipeline = testPipeline({ host: '::' });
    const { port, host } = await listening(pipeline.endpoint);
    expect((await ask(port, '/metrics')).status).toBe(200);
    if (host === '::') expect((await fetch(`http://[::1]:${port}/metrics`)).status).toBe(200);
  });
});

it('M22: 20,000 series are collected, encoded and served whole', async () => {
  const { port, meter, parsed } = await serve();
  const labels: Attributes[] = Array.from({ length: 4_000 }, (_, i) =>
    Object.freeze({ symbol: `S${i}`, interval: '1m' }),
  );
  for (let metric = 0; metric < 5; metric++)
    meter.createObservableGauge(`kline_${metric}`).addCallback((result) => {
      for (const attributes of labels) result.observe(metric, attributes);
    });
  await ask(port, '/metrics');
  const started = performance.now();
  const reply = await ask(port, '/metrics');
  console.log(`20,000 series: ${reply.body.length} bytes in ${Math.round(performance.now() - started)} ms`);
  expect(seriesValue(await parsed(), 'metrics_series')).toBeGreaterThan(20_000);
  expect(reply.body.length).toBeLessThan(4 * 2 ** 20);
});
