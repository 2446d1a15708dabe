/** Requests and statements as spans: what is told of them, and what never is. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RestClient } from '../../src/market/rest-client';
import { HttpAnalyser } from '../../src/signals/http-analyser';
import { Database } from '../../src/storage/database';
import { inSpan } from '../../src/telemetry/spans';
import { DatabaseSpans, withoutLiterals } from '../../src/telemetry/spans-database';
import { HttpSpans, originOnly, withoutSecrets } from '../../src/telemetry/spans-http';
import { logLines } from '../support/log-lines';
import { aSignal, someCandles } from '../support/signal-fixtures';
import { recordedSpans } from '../support/span-recorder';
import { drawTrace } from '../support/trace-tree';

const recorded = recordedSpans();
const http = new HttpSpans(recorded.spans);
const SECRET = 's3cret';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(answer: RequestListener): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  server = createServer((request, response) => {
    requests.push(request);
    request.resume();
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const everything = () =>
  JSON.stringify(recorded.all(), (_, value) => (typeof value === 'bigint' ? String(value) : value));

describe('a request to the exchange', () => {
  const clientOf = (restUrl: string) => {
    const options = { restUrl, restTimeoutMs: 200, weightPerMinute: 6000, banMs: 1 };
    return new RestClient(options, { restAnswered: () => {} }, http);
  };

  it('tells method, address and status, and tells the exchange nothing', async () => {
    const { url, requests } = await serve((_, response) => response.end('[]'));
    await inSpan(recorded.spans.root('market.backfill'), () =>
      clientOf(url).get('klines', { symbol: 'BTCUSDT', interval: '1m', limit: 5 }),
    );
    expect(drawTrace(recorded.all())).toBe('market.backfill\n  GET');
    expect(recorded.one('GET').attributes).toEqual({
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'url.full': `${url}/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=5`,
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(url).port),
    });
    expect(requests.map(({ headers }) => headers.traceparent)).toEqual([undefined]);
  });

  it.each([
    ['a refusal by its status', (): RequestListener => (_, response) => response.writeHead(451).end(), '451'],
    ['an answer that is no JSON', (): RequestListener => (_, response) => response.end('<html>'), 'body'],
    ['silence as a timeout', (): RequestListener => () => {}, 'timeout'],
    ['a broken connection', (): RequestListener => (_, response) => response.destroy(), 'network'],
  ])('names %s', async (_, answer, errorType) => {
    const { url } = await serve(answer());
    await expect(clientOf(url).get('time')).rejects.toThrow();
    const { attributes, status } = recorded.one('GET');
    expect(attributes['error.type']).toBe(errorType);
    expect(status.code).toBe(2);
  });

  it('keeps credentials out of the address, wherever they stand', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('signature', 'listenKey', 'token', 'apiKey', 'X-MBX-APIKEY', 'symbol2', 'key'),
        (name) => {
          const url = new URL(
            `https://user:${SECRET}@host/api/v3/klines?symbol=A&${name}=${SECRET}#${SECRET}`,
          );
          expect(withoutSecrets(url)).toBe(
            `https://REDACTED:REDACTED@host/api/v3/klines?symbol=A&${name}=REDACTED`,
          );
        },
      ),
    );
    expect(originOnly(new URL(`https://u:${SECRET}@host:8443/${SECRET}?a=${SECRET}`))).toBe(
      'https://host:8443/REDACTED',
    );
  });
});

describe('a request to the analysis service', () => {
  const analyserOf = (url: string) =>
    new HttpAnalyser(
      { url: `${url}/${SECRET}?key=${SECRET}`, model: 'm', apiKey: SECRET },
      { recentCandles: () => someCandles(80) },
      http,
    );

  it('carries the trace on, and of its address only the host is told', async () => {
    const { url, requests } = await serve((_, response) => response.writeHead(500).end(SECRET));
    const analysis = recorded.spans.root('signal.analyze');
    const asked = inSpan(analysis, () => analyserOf(url).analyse(aSignal(), new AbortController().signal));
    await expect(asked).rejects.toThrow('HTTP 500');
    const post = recorded.one('POST');
    expect(requests[0]?.headers.traceparent).toBe(`00-${post.traceId}-${post.spanId}-01`);
    expect(post.attributes).toMatchObject({ 'url.full': `${url}/REDACTED`, 'error.type': '500' });
    expect(everything()).not.toContain(SECRET);
  });
});

describe('a statement', () => {
  const database = (url = `postgres://user:${SECRET}@127.0.0.1:9/trader?application_name=${SECRET}`) =>
    new Database(
      { url, statementTimeoutMs: 1000, connectionTimeoutMs: 500 },
      logLines().log,
      new DatabaseSpans(recorded.spans, url),
    );

  it('is told with its table and its error, never with its parameters', async () => {
    const asked = inSpan(recorded.spans.root('signals.persist'), () =>
      database().query("insert into signals (id, kind) values ($1, 'literal')", [SECRET]),
    );
    await expect(asked).rejects.toThrow();
    const { attributes } = recorded.one('INSERT signals');
    expect(attributes).toEqual({
      'db.system.name': 'postgresql',
      'db.namespace': 'trader',
      'db.operation.name': 'INSERT',
      'db.collection.name': 'signals',
      'db.query.text': 'insert into signals (id, kind) values ($1, ?)',
      'server.address': '127.0.0.1',
      'server.port': 9,
      'error.type': 'network',
    });
    expect(everything()).not.toContain(SECRET);
  });

  it('is no trace of its own', async () => {
    await expect(database().query('select id from traders where enabled')).rejects.toThrow();
    expect(recorded.all()).toEqual([]);
  });

  it('is named by operation and table', async () => {
    const spans = new DatabaseSpans(recorded.spans, 'not a URL');
    const named = (text: string) => {
      const span = recorded.spans.root('root')!;
      span.within(() => spans.statement(text)?.end());
      span.end();
      return recorded.all().at(-2)?.name;
    };
    expect(named('select (extract(epoch from at) * 1000)::int from "signals" where id = $1')).toBe(
      'SELECT signals',
    );
    expect(named('\n  delete from machine_events where ctid in (select 1)')).toBe('DELETE machine_events');
    expect(named('update traders set name = $2')).toBe('UPDATE traders');
    expect(named('begin')).toBe('BEGIN');
  });

  it('shows no literal', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }),
        (text, number) => {
          const literal = `'${text.replaceAll("'", "''")}'`;
          const shown = withoutLiterals(
            `select * from t1 where a = ${literal} and b > ${Math.abs(number)} limit $12`,
          );
          expect(shown).toMatch(/^select \* from t1 where a = \? and b > \? limit \$12$/);
        },
      ),
    );
  });
});
