import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { context, type Meter, ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { negotiate } from '../../instrumentation/metrics/negotiation';
import { attack, fuzzer } from '../fixtures/fuzzer';
import { parse } from '../support/exposition';
import { testPipeline } from '../support/metrics-pipeline';
import { parseOpenMetrics } from '../support/open-metrics';
import { describeWithJudge, judge } from '../support/open-metrics-judge';
import { describeWith } from '../support/programs';
import { Scraper } from '../support/scrapers';

const SEED = Number(process.env.FUZZ_SEED ?? 20261121);
const PAGES = 10_000;
const RECORDS_PER_PAGE = 16;
const PAGES_PER_JUDGEMENT = 500;
const SCRAPED_PAGES = 200;
const JUDGED_PAGES = 1_000;

interface FuzzedPage {
  readonly text: string;
  /** As our own strict reader counts them; undefined when it refuses the page. */
  readonly samples: number | undefined;
  /** The same in OpenMetrics; undefined when our strict reader of that refuses it. */
  readonly open: { readonly text: string; readonly samples: number; readonly exemplars: number } | undefined;
}

const pages: FuzzedPage[] = [];

const hex = (below: (limit: number) => number, length: number) =>
  Array.from({ length }, () => below(16).toString(16)).join('');

/** Sampled spans, spans that are not, and none; some with ids that would break a line. */
function tracedAttack(meter: Meter, fuzz: ReturnType<typeof fuzzer>): void {
  const { below, text } = fuzz;
  const traceId = below(8) === 0 ? text() : hex(below, 32);
  const traceFlags = below(3) === 0 ? TraceFlags.NONE : TraceFlags.SAMPLED;
  const spanContext = { traceId, spanId: hex(below, 16), traceFlags };
  const within = below(4) === 0 ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, spanContext);
  context.with(within, () => attack(meter, fuzz));
}

function openPage(text: string, seed: number): FuzzedPage['open'] {
  try {
    const samples = parseOpenMetrics(text).flatMap((family) => family.samples);
    return { text, samples: samples.length, exemplars: samples.filter(({ exemplar }) => exemplar).length };
  } catch (error) {
    console.error(`seed ${seed}, OpenMetrics: ${(error as Error).message}`);
    return undefined;
  }
}

async function fuzzedPage(seed: number): Promise<FuzzedPage> {
  const fuzz = fuzzer(seed);
  const { meter, page } = testPipeline({ exemplars: true });
  for (let i = 0; i < RECORDS_PER_PAGE; i++) tracedAttack(meter, fuzz);
  const open = openPage(`${await page.render('openMetrics')}`, seed);
  const text = `${await page.render()}`;
  try {
    return { text, samples: parse(text).flatMap(({ samples }) => samples).length, open };
  } catch (error) {
    console.error(`seed ${seed}: ${(error as Error).message}`);
    return { text, samples: undefined, open };
  }
}

/** Many pages as one: each page's metrics get a prefix of their own. */
function joined(some: readonly FuzzedPage[]): string {
  return some
    .map(({ text }, index) => text.replace(/^(# (?:HELP|TYPE) )?(?=[a-zA-Z_])/gm, `$1p${index}_`))
    .join('');
}

beforeAll(async () => {
  new NodeTracerProvider().register();
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

  it(`in OpenMetrics for our strict reader: ${PAGES} fuzzed pages`, () => {
    const invalid = pages.filter(({ open }) => open === undefined).length;
    const exemplars = pages.reduce((sum, { open }) => sum + (open?.exemplars ?? 0), 0);
    console.log(`R2: ${PAGES} fuzzed pages in OpenMetrics, ${exemplars} exemplars: ${invalid} invalid`);
    expect(invalid).toBe(0);
    expect(exemplars).toBeGreaterThan(PAGES / 10);
  });

  describeWithJudge()('in OpenMetrics for the strict parser of Prometheus’ Python client', () => {
    it(`${JUDGED_PAGES} of the same pages, with as many samples and exemplars as we count`, () => {
      const some = pages.filter((_, index) => index % (PAGES / JUDGED_PAGES) === 0);
      const verdicts = judge(some.map(({ open }) => open?.text ?? ''));
      const accepted = verdicts.filter(({ refused }) => refused === undefined).length;
      console.log(`R2: Python's strict parser: ${accepted} of ${JUDGED_PAGES} OpenMetrics pages accepted`);
      expect(verdicts).toEqual(
        some.map(({ open }) => ({ samples: open?.samples, exemplars: open?.exemplars })),
      );
    }, 120_000);
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
      const { form, contentType } = negotiate(request.headers.accept);
      response
        .writeHead(200, { 'content-type': contentType })
        .end(form === 'plain' ? page?.text : page?.open?.text);
    });

    afterAll(async () => {
      server.closeAllConnections();
      server.close();
      await Promise.all(scrapers.map((scraper) => scraper.stop()));
    });

    it(`${SCRAPED_PAGES} pages, each in the form it asks for: up is 1, and both count the samples that we count`, async () => {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      const targets = Array.from({ length: SCRAPED_PAGES }, (_, i) => {
        const page = `${i * (PAGES / SCRAPED_PAGES)}`;
        return { page, address, path: `/${page}` };
      });
      const expected: Readonly<Record<string, unknown>> = {
        prometheus: targets.map(({ page }) => [page, pages[Number(page)]?.open?.samples]),
        'victoria-metrics': targets.map(({ page }) => [page, pages[Number(page)]?.samples]),
      };
      for (const program of ['prometheus', 'victoria-metrics'] as const)
        scrapers.push(await Scraper.start(program, targets));
      for (const scraper of scrapers) {
        await scraper.scraped(SCRAPED_PAGES);
        const [up, samples] = [await scraper.values('up'), await scraper.values('scrape_samples_scraped')];
        const isUp = targets.filter(({ page }) => up.get(page) === 1).length;
        console.log(`R2: ${scraper.program} scraped ${SCRAPED_PAGES} fuzzed pages: up 1 for ${isUp}`);
        expect(isUp).toBe(SCRAPED_PAGES);
        expect(targets.map(({ page }) => [page, samples.get(page)])).toEqual(expected[scraper.program]);
      }
    }, 120_000);
  });
});
