import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { RestClient } from '../../src/market/rest-client';

let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

async function client(answer: RequestListener) {
  server = createServer(answer);
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const restUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const seen: string[] = [];
  const observer = { restAnswered: (endpoint: string, status: string) => seen.push(`${endpoint} ${status}`) };
  return {
    seen,
    rest: new RestClient({ restUrl, restTimeoutMs: 200, weightPerMinute: 6000, banMs: 150 }, observer),
  };
}

describe('the REST client', () => {
  it('asks for a Unicode symbol in the URL’s encoding', async () => {
    const { rest } = await client((request, response) => response.end(JSON.stringify({ url: request.url })));
    expect(await rest.get('klines', { symbol: '币USDT', limit: 5 })).toEqual({
      url: `/api/v3/klines?symbol=${encodeURIComponent('币')}USDT&limit=5`,
    });
  });

  it('tells a refusal that cannot be repeated from one that can, with the exchange’s own words', async () => {
    const { rest, seen } = await client((_request, response) => {
      response.writeHead(400).end('{"code":-1121,"msg":"Invalid symbol."}');
    });
    await expect(rest.get('klines')).rejects.toMatchObject({
      message: 'klines answered 400 (-1121: Invalid symbol.)',
      retryable: false,
    });
    expect(seen).toEqual(['klines 400']);
  });

  it('holds every request back after a ban, for as long as the ban says nothing else', async () => {
    let requests = 0;
    const { rest } = await client((_request, response) => {
      if (requests++ === 0) response.writeHead(403).end('<html>no</html>');
      else response.end('{}');
    });
    await expect(rest.get('time')).rejects.toThrow('time answered 403 with an HTML page');
    const bannedMs = Date.now();
    await rest.get('exchangeInfo');
    expect(Date.now() - bannedMs).toBeGreaterThanOrEqual(100);
  });

  it('counts what never was answered as network or timeout', async () => {
    const { rest, seen } = await client((request, response) => {
      if (request.url?.includes('time')) response.destroy();
    });
    await expect(rest.get('time')).rejects.toMatchObject({ failure: 'network', retryable: true });
    await expect(rest.get('klines')).rejects.toMatchObject({ failure: 'timeout', retryable: true });
    expect(seen).toEqual(['time network', 'klines timeout']);
  });

  it('takes an answer that is no JSON for a fault that may pass', async () => {
    const { rest } = await client((_request, response) => response.end('<html>'));
    await expect(rest.get('time')).rejects.toMatchObject({ failure: 'body', retryable: true });
  });

  it('ends what is under way when it is stopped', async () => {
    const { rest } = await client(() => rest.stop());
    await expect(rest.get('time')).rejects.toThrow('the market feed was stopped');
  });
});
