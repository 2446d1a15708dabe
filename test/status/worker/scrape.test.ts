import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ScrapeFailed, scrape } from '../../../status/worker/scrape';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

function serving(listener: RequestListener): Promise<string> {
  const started = createServer(listener);
  server = started;
  return new Promise((resolve) => {
    started.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(started.address() as AddressInfo).port}/metrics`),
    );
  });
}

const failure = (url: string, timeoutMs?: number) =>
  scrape(url, undefined, timeoutMs).then(
    () => 'no failure',
    (error: Error) => {
      expect(error).toBeInstanceOf(ScrapeFailed);
      return error.message;
    },
  );

describe('scrape', () => {
  it('reads the page and sends the token, where there is one', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serving((request, response) => {
      seen.push(request.headers.authorization);
      response.end('up 1 €\n');
    });
    expect(await scrape(url, 'secret')).toBe('up 1 €\n');
    expect(await scrape(url, undefined)).toBe('up 1 €\n');
    expect(seen).toEqual(['Bearer secret', undefined]);
  });

  it('says that the token is wrong, and not which one it sent', async () => {
    const url = await serving((_, response) => response.writeHead(401).end());
    const refusal = scrape(url, 'secret').catch((error: Error) => error.message);
    expect(await refusal).toBe(
      `${url} wants another token than METRICS_BEARER_TOKEN: the metrics cannot be read.`,
    );
  });

  it('says what the machine answered instead of a page', async () => {
    const url = await serving((_, response) => response.writeHead(500).end('no metrics'));
    expect(await failure(url)).toBe(`${url} answered 500: the machine could not collect its metrics.`);
  });

  it('says that nothing listens', async () => {
    expect(await failure('http://127.0.0.1:1/metrics')).toMatch(/^Nothing listens at/);
  });

  it('gives up a page that does not come, or does not end', async () => {
    const silent = await serving(() => {});
    expect(await failure(silent, 50)).toMatch(/did not come within 0.05 s/);
    server?.closeAllConnections();
    server?.close();
    const endless = await serving((_, response) => response.write('up 1\n'));
    expect(await failure(endless, 50)).toMatch(/did not come within 0.05 s/);
  });

  it('says that the line broke', async () => {
    const url = await serving((request) => request.socket.destroy());
    expect(await failure(url)).toMatch(/cannot be read: /);
  });

  it('stops reading a page that would fill its heap', async () => {
    const line = Buffer.alloc(2 ** 20, 'x');
    const url = await serving((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(line));
        response.once('drain', more);
      };
      more();
    });
    expect(await failure(url)).toMatch(/larger than 32 MiB/);
  });
});
