/** B2: a scrape of a large page: the time it costs, and how long the event loop stands still. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark, Contestant } from './benchmark';
import { ours, promClient, type Scraped, stockSdk } from './scrape-contestants';
import { loadOf } from './scrape-load';

const LINES = 30_000;
const MANY_LINES = 200_000;
const FEW_LINES = 3_000;
const SETTLE_MS = 20;
const WARM_UP_SCRAPES = 10;

/** CPU of the whole process, its collector's threads included: wall time would measure the neighbours too. */
function timed({ name, scrape }: Scraped, scrapes = 1, per = 1): Contestant {
  let rounds = 0;
  return {
    name,
    async round() {
      const before = process.cpuUsage();
      for (let one = 0; one < scrapes; one++) await scrape(++rounds);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000 / scrapes / per;
    },
  };
}

/** The longest time between two ticks of a timer of 1 ms while a page is made. */
function stalled({ name, scrape }: Scraped): Contestant {
  let rounds = 0;
  return {
    name,
    async round() {
      // What the others left behind must not be cleared up in this round.
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

/** A machine is scraped for weeks: what the first scrapes spend on compiling is none of its cost. */
async function warm(scraped: Scraped): Promise<Scraped> {
  for (let round = 0; round < WARM_UP_SCRAPES; round++) await scraped.scrape(round);
  return scraped;
}

async function all(lines: number): Promise<Scraped[]> {
  const contestants: Scraped[] = [];
  for (const make of [ours, promClient, stockSdk]) contestants.push(await warm(make(loadOf(lines))));
  return contestants;
}

export const time: Benchmark = {
  id: 'B2-time',
  title: `CPU time of a scrape of ${LINES} lines`,
  unit: 'ms',
  rounds: 30,
  contestants: async () => (await all(LINES)).map((scraped) => timed(scraped)),
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
  contestants: async () => (await all(LINES)).map(stalled),
  goals: [{ atMost: 5 }],
  note: 'Between two ticks of a timer of 1 ms.',
};

export const longStall: Benchmark = {
  id: 'B2-stall-long',
  title: `Longest stall of the event loop in a scrape of ${MANY_LINES} lines`,
  unit: 'ms',
  rounds: 9,
  contestants: async () => (await all(MANY_LINES)).map(stalled),
  goals: [{ atMost: 10 }],
};

export const perLine: Benchmark = {
  id: 'B2-line',
  title: 'Cost per line of a large page against that of a small one',
  unit: 'µs',
  rounds: 15,
  contestants: async () => [
    {
      ...timed(await warm(ours(loadOf(MANY_LINES))), 1, MANY_LINES / 1000),
      name: `ours, ${MANY_LINES} lines`,
    },
    {
      ...timed(await warm(ours(loadOf(FEW_LINES))), MANY_LINES / FEW_LINES, FEW_LINES / 1000),
      name: `ours, ${FEW_LINES} lines`,
    },
  ],
  goals: [{ against: `ours, ${FEW_LINES} lines`, atMost: 1.3 }],
};
