/** B2: a scrape of a large page: the main thread's time for it, and how long the event loop stands still. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark, Contestant } from './benchmark';
import { ours, promClient, type Scraped, stockSdk } from './scrape-contestants';
import { loadOf } from './scrape-load';

const LINES = 30_000;
const MANY_LINES = 200_000;
const FEW_LINES = 3_000;
const SETTLE_MS = 20;

/** With nothing else to do in the process, the time from asking to having the page is the main thread's. */
function timed({ name, scrape }: Scraped, per = 1): Contestant {
  let rounds = 0;
  return {
    name,
    async round() {
      globalThis.gc?.();
      const started = performance.now();
      await scrape(++rounds);
      return (performance.now() - started) / per;
    },
  };
}

/** The longest time between two ticks of a timer of 1 ms while a page is made. */
function stalled({ name, scrape }: Scraped): Contestant {
  let rounds = 0;
  return {
    name,
    async round() {
      globalThis.gc?.();
      let [last, longest] = [performance.now(), 0];
      const tick = () => {
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
      };
      const timer = setInterval(tick, 1);
      await sleep(SETTLE_MS);
      longest = 0;
      await scrape(++rounds);
      tick();
      clearInterval(timer);
      return longest;
    },
  };
}

const all = (lines: number) => [ours, promClient, stockSdk].map((make) => make(loadOf(lines)));

export const time: Benchmark = {
  id: 'B2-time',
  title: `Main-thread time of a scrape of ${LINES} lines`,
  unit: 'ms',
  rounds: 30,
  contestants: () => all(LINES).map((scraped) => timed(scraped)),
  goals: [
    { against: 'prom-client', atMost: 0.25 },
    { against: 'stock SDK + exporter', atMost: 0.12 },
  ],
  note: "1,000 traders' histograms and 3,000 kline series × 5 metrics, all of which have moved. prom-client's gauges were set beforehand. Ours and the stock SDK run the same instrumented code. Ours ends with bytes, the others with a string.",
};

export const stall: Benchmark = {
  id: 'B2-stall',
  title: `Longest stall of the event loop in a scrape of ${LINES} lines`,
  unit: 'ms',
  rounds: 30,
  contestants: () => all(LINES).map(stalled),
  goals: [{ atMost: 5 }],
  note: 'Between two ticks of a timer of 1 ms.',
};

export const longStall: Benchmark = {
  id: 'B2-stall-long',
  title: `Longest stall of the event loop in a scrape of ${MANY_LINES} lines`,
  unit: 'ms',
  rounds: 9,
  contestants: () => all(MANY_LINES).map(stalled),
  goals: [{ atMost: 10 }],
};

export const perLine: Benchmark = {
  id: 'B2-line',
  title: 'Cost per line of a large page against that of a small one',
  unit: 'µs',
  rounds: 15,
  contestants: () => [
    { ...timed(ours(loadOf(MANY_LINES)), MANY_LINES / 1000), name: `ours, ${MANY_LINES} lines` },
    { ...timed(ours(loadOf(FEW_LINES)), FEW_LINES / 1000), name: `ours, ${FEW_LINES} lines` },
  ],
  goals: [{ against: `ours, ${FEW_LINES} lines`, atMost: 1.3 }],
};
