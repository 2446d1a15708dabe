import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { BearerToken } from '../../../instrumentation/metrics/bearer-token';
import { ScrapeWatch } from '../../../instrumentation/metrics/scrape-watch';
import { safeDefaults } from '../../../instrumentation/settings';
import { withApp } from '../../support/preloaded-app';

const TOKEN = 'a token of 31 characters exactly';

afterEach(() => {
  jest.useRealTimers();
});

describe('the bearer token', () => {
  it('is asked for when the environment sets one: 401 without it, 200 with it', async () => {
    await withApp({ app: 'records-forever.js', env: { METRICS_BEARER_TOKEN: 'secret-1' } }, async (app) => {
      const url = await app.url();
      const status = async (authorization?: string) => {
        const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
        const response = await fetch(url, { headers });
        await response.arrayBuffer();
        return response.status;
      };
      expect(await status()).toBe(401);
      expect(await status('Bearer secret-2')).toBe(401);
      expect(await status('Basic secret-1')).toBe(401);
      expect(await status('Bearer secret-1')).toBe(200);
      expect(await status('bearer secret-1')).toBe(200);
      expect(app.lines.filter((line) => line.includes('401')).length).toBe(1);
      expect(app.stderr).not.toContain('secret-1');
    });
  });

  it('admits nothing but itself', () => {
    const token = new BearerToken('abc');
    for (const wrong of [
      undefined,
      '',
      'abc',
      'Bearer',
      'Bearer ab',
      'Bearer abcd',
      'Bearer ABC',
      'Bearer abc d',
    ])
      expect(token.admits(wrong)).toBe(false);
    expect(token.admits('Bearer abc')).toBe(true);
    expect(new BearerToken(undefined).admits(undefined)).toBe(true);
  });

  it('comes from the environment, and an empty one is none', () => {
    expect(safeDefaults({ METRICS_BEARER_TOKEN: TOKEN }).metrics.bearerToken).toBe(TOKEN);
    expect(safeDefaults({ METRICS_BEARER_TOKEN: '' }).metrics.bearerToken).toBeUndefined();
  });
});

describe('the watch for scrapes', () => {
  function watched(action: (watch: ScrapeWatch) => void, expected = true, host = '::'): string[] {
    const lines: string[] = [];
    const watch = new ScrapeWatch(expected, (line) => lines.push(line));
    watch.listening({ host, port: 9091 });
    action(watch);
    watch.stop();
    return lines;
  }

  it('says once that nobody scraped for two minutes, and how to change that', () => {
    jest.useFakeTimers();
    const lines = watched(() => jest.advanceTimersByTime(600_000));
    expect(lines).toEqual([expect.stringMatching(/nobody has scraped \/metrics for 120 s.*port = 9091/)]);
  });

  it('does not take the status page of the machine itself for a scraper', () => {
    jest.useFakeTimers();
    const lines = watched((watch) => {
      for (let i = 0; i < 20; i++) {
        jest.advanceTimersByTime(15_000);
        watch.scraped('trader-status-page');
      }
    });
    expect(lines.length).toBe(1);
  });

  it('is quiet while somebody scrapes, and speaks again when they stop', () => {
    jest.useFakeTimers();
    const lines = watched((watch) => {
      for (let i = 0; i < 20; i++) {
        jest.advanceTimersByTime(60_000);
        watch.scraped();
      }
      jest.advanceTimersByTime(121_000);
    });
    expect(lines.length).toBe(1);
  });

  it.each(['127.0.0.1', '::1', 'localhost'])('says that %s cannot be scraped', (host) => {
    expect(watched(() => {}, true, host)).toEqual([expect.stringContaining(`served on ${host} only`)]);
  });

  it('says nothing where no platform is to scrape', () => {
    jest.useFakeTimers();
    expect(watched(() => jest.advanceTimersByTime(600_000), false, '127.0.0.1')).toEqual([]);
    expect(safeDefaults({}).metrics.scrapesExpected).toBe(false);
    expect(safeDefaults({ FLY_APP_NAME: 'trader' }).metrics.scrapesExpected).toBe(true);
  });
});
