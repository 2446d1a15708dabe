import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it, jest } from '@jest/globals';
import { type Family, seriesKey, seriesValue } from '../support/exposition';
import { decodeTraces, spansIn } from '../support/otlp-protobuf';
import { OtlpReceiver } from '../support/otlp-receiver';
import { withApp } from '../support/preloaded-app';
import { describeWith } from '../support/programs';

// The figure holds the noise of the machine too: a measurement that fails is told and taken again, twice at most.
jest.retryTimes(2, { logErrorsBeforeRetry: true });

const HOUR_S = 3_600;
const SMALL_JUMPS = 200;
/** Nothing that the application does takes as long. */
const ABSURD_S = 5;

let receiver: OtlpReceiver | undefined;

afterEach(async () => {
  await receiver?.stop();
});

function library(): string {
  const root = '/usr/lib';
  const found = readdirSync(root)
    .map((folder) => join(root, folder, 'faketime'))
    .find((folder) => {
      try {
        return readdirSync(folder).includes('libfaketimeMT.so.1');
      } catch {
        return false;
      }
    });
  if (found === undefined) throw new Error('libfaketime is not installed');
  return join(found, 'libfaketimeMT.so.1');
}

/** Every count and sum that only grows. */
function totals(page: readonly Family[]): Map<string, number> {
  const growing = page.filter(({ type }) => type === 'counter' || type === 'histogram');
  return new Map(
    growing
      .flatMap(({ samples }) => samples)
      .map(({ name, labels, value }) => [seriesKey(name, labels), value]),
  );
}

function spanSeconds(bodies: readonly Buffer[]): number[] {
  return bodies
    .flatMap((body) => spansIn(decodeTraces(body).request))
    .map(
      (span) =>
        Number(BigInt(String(span.endTimeUnixNano?.[0])) - BigInt(String(span.startTimeUnixNano?.[0]))) / 1e9,
    );
}

describeWith('faketime')('R13: a clock that jumps', () => {
  it(`by an hour forth and back, and ${SMALL_JUMPS} times by seconds: no duration is negative or absurd, no counter falls`, async () => {
    receiver = await OtlpReceiver.start();
    const file = join(mkdtempSync(join(tmpdir(), 'clock-')), 'offset');
    const jump = (seconds: number) =>
      writeFileSync(file, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}s\n`);
    jump(0);
    const env = {
      LD_PRELOAD: library(),
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.baseUrl,
    };
    await withApp({ app: 'lives-by-the-clock.js', env }, async (app) => {
      const [falls, jumps]: [string[], number[]] = [[], []];
      let before = new Map<string, number>();
      let page: Family[] = [];
      const look = async () => {
        page = await app.page();
        const now = totals(page);
        for (const [key, value] of before) if (!((now.get(key) ?? -1) >= value)) falls.push(key);
        before = now;
        jumps.push(Math.round(((seriesValue(page, 'fixture_clock_ms') ?? 0) - Date.now()) / 1_000));
      };
      await app.says('running');
      for (const offset of [0, HOUR_S, 0, -HOUR_S, 0]) {
        jump(offset);
        await sleep(300);
        await look();
      }
      const seen = [...jumps];
      for (let i = 0; i < SMALL_JUMPS; i++) {
        jump(i % 2 === 0 ? 1 + (i % 7) : -1 - (i % 5));
        await sleep(15);
        if (i % 20 === 0) await look();
      }
      for (let i = 0; i < 60 && receiver?.spans.length === 0; i++) await sleep(100);
      await sleep(1_500);
      await look();
      const spans = spanSeconds(receiver?.bodies ?? []);
      const [shortest, longest] = [Math.min(...spans), Math.max(...spans)];
      const scraping = seriesValue(page, 'metrics_scrape_duration_seconds_sum') ?? Number.NaN;
      const turns = seriesValue(page, 'fixture_turn_seconds_sum') ?? Number.NaN;
      console.log(
        `R13: jumps seen ${seen.join(', ')} s and ${SMALL_JUMPS} small ones: ${spans.length} spans of ${shortest.toFixed(4)} to ${longest.toFixed(4)} s, ${falls.length} counters fell, scrapes took ${scraping.toFixed(3)} s in all`,
      );
      expect(seen.map((seconds) => (seconds / HOUR_S).toFixed(0).replace('-0', '0')).join()).toBe(
        '0,1,0,-1,0',
      );
      expect(falls).toEqual([]);
      expect(spans.length).toBeGreaterThan(300);
      expect(shortest).toBeGreaterThanOrEqual(0);
      expect(longest).toBeLessThan(ABSURD_S);
      expect(scraping).toBeLessThan(ABSURD_S);
      expect(turns).toBeLessThan(60);
    });
  }, 60_000);
});
