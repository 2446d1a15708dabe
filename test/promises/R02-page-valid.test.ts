import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PLAIN_TEXT_TYPE } from '../../instrumentation/metrics/plain-text';
import { attack, fuzzer } from '../fixtures/fuzzer';
import { parse } from '../support/exposition';
import { testPipeline } from '../support/metrics-pipeline';
import { describeWith } from '../support/programs';
import { Scraper } from '../support/scrapers';

const SEED = Number(process.env.FUZZ_SEED ?? 20261121);
const PAGES = 10_000;
const RECORDS_PER_PAGE = 16;
const PAGES_PER_JUDGEMENT = 500;
const SCRAPED_PAGES = 200;

interface FuzzedPage {
  readonly text: string;
  /** As our own strict reader counts them; undefined when it refuses the page. */
  readonly samples: number | undefined;
}

const pages: FuzzedPage[] = [];

async function fuzzedPage(seed: number): Promise<FuzzedPage> {
  const fuzz = fuzzer(seed);
  const { meter, page } = testPipeline();
  for (let i = 0; i < RECORDS_PER_PAGE; i++) attack(meter, fuzz);
  const text = `${await page.render()}`;
  try {
    return { text, samples: parse(text).flatMap(({ samples }) => samples).length };
  } catch (error) {
    console.error(`seed ${seed}: ${(error as Error).message}`);
    return { text, samples: undefined };
  }
}

/** Many pages as one: each page's metrics get a prefix of their own. */
function joined(some: readonly FuzzedPage[]): string {
  return some
    .map(({ text }, index) => text.replace(/^(# (?:HELP|TYPE) )?(?=[a-zA-Z_])/gm, `$1p${index}_`))
    .join('');
}

beforeAll(async () => {
  for (let page = 0; page < PAGES; page++) pages.push(await fuzzedPage(SEED + page));
}, 120_000);

describe('R2: the page is always valid', () => {
  it(`for our strict reader: ${PAGES} fuzzed pages`, () => {
    const invalid = pages.filter(({ samples }) => samples === undefined).length;
    const samples = pages.reduce((sum, page) => sum + (page.samples ?? 0), 0);
    console.log(`R2: seed ${SEED}: ${PAGES} fuzzed pages, ${samples} samples: ${invalid} invalid`);
    expect(invalid).toBe(0);
    expect(samples).toBeGreaterThan(PAGES * 25);
  });

  describeWith('promtool')('for promtool', () => {
    it(`the same ${PAGES} pages, and a broken one is seen`, () => {
      const refused = (text: string) => {
        const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], {
          input: text,
          encoding: 'utf8',
        });
        // 3: it parses, and promtool would choose other names.
        return status === 0 || status === 3 ? [] : [`${status}: ${stderr.slice(0, 300)}`];
      };
      const findings: string[] = [];
      for (let first = 0; first < PAGES; first += PAGES_PER_JUDGEMENT)
        findings.push(...refused(joined(pages.slice(first, first + PAGES_PER_JUDGEMENT))));
      console.log(`R2: promtool check metrics: ${PAGES} pages, ${findings.length} batches refused`);
      expect(findings).toEqual([]);
      expect(refused(`${joined(pages.slice(0, 3))}x{a="1",a="2"} 1\n`).length).toBe(1);
    }, 120_000);
  });

  describeWith('victoria-metrics')('for real servers', () => {
    const scrapers: Scraper[] = [];
    const server = createServer((request, response) => {
      const page = pages[Number(request.url?.slice(1))];
      response.writeHead(200, { 'content-type': PLAIN_TEXT_TYPE }).end(page?.text);
    });

    afterAll(async () => {
      server.closeAllConnections();
      server.close();
      await Promise.all(scrapers.map((scraper) => scraper.stop()));
    });

    it(`${SCRAPED_PAGES} pages: up is 1, and both count the samples that we count`, async () => {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      const targets = Array.from({ length: SCRAPED_PAGES }, (_, i) => {
        const page = `${i * (PAGES / SCRAPED_PAGES)}`;
        return { page, address, path: `/${page}` };
      });
      const expected = targets.map(({ page }) => [page, pages[Number(page)]?.samples]);
      for (const program of ['prometheus', 'victoria-metrics'] as const)
        scrapers.push(await Scraper.start(program, targets));
      for (const scraper of scrapers) {
        await scraper.scraped(SCRAPED_PAGES);
        const [up, samples] = [await scraper.values('up'), await scraper.values('scrape_samples_scraped')];
        const isUp = targets.filter(({ page }) => up.get(page) === 1).length;
        console.log(`R2: ${scraper.program} scraped ${SCRAPED_PAGES} fuzzed pages: up 1 for ${isUp}`);
        expect(isUp).toBe(SCRAPED_PAGES);
        expect(targets.map(({ page }) => [page, samples.get(page)])).toEqual(expected);
      }
    }, 120_000);
  });
});
