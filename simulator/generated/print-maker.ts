/** Draws the trades of one minute: how many clusters, when, at which price and of what size. */
import type { Print } from '../market/candle';
import { hash, normal, poisson, randomFrom, uniform } from './noise';
import type { PricePath } from './price-path';
import type { SymbolProfile } from './symbol-profiles';

const MINUTE_MS = 60_000;
/** Trades come in clusters: recorded streams change about six times less often than they trade. */
const TRADES_PER_CLUSTER = 6;
const MOST_CLUSTERS_PER_MINUTE = 120;

export class PrintMaker {
  readonly tickSize: number;
  /** Price steps in 1. */
  readonly #perUnit: number;
  readonly #stepSize: number;
  /** The newest minutes, since the live feed and the first REST page ask for the same one again. */
  readonly #cached: [minuteMs: number, prints: readonly Print[]][] = [];

  constructor(
    private readonly profile: SymbolProfile,
    private readonly seed: number,
    private readonly path: PricePath,
    private readonly burstFactor: () => number,
  ) {
    const decimals = Math.min(8, Math.max(2, 4 - Math.floor(Math.log10(profile.price))));
    this.#perUnit = 10 ** decimals;
    this.tickSize = 1 / this.#perUnit;
    this.#stepSize = 10 ** -Math.min(5, Math.max(0, Math.floor(Math.log10(profile.price)) + 1));
  }

  round(price: number): number {
    return Math.max(this.tickSize, Math.round(price * this.#perUnit) / this.#perUnit);
  }

  roundVolume(volume: number): number {
    return Math.max(1, Math.round(volume / this.#stepSize)) * this.#stepSize;
  }

  prints(minuteMs: number): readonly Print[] {
    const factor = this.burstFactor();
    const known = factor === 1 ? this.#cached.find(([cachedMs]) => cachedMs === minuteMs) : undefined;
    if (known) return known[1];
    const prints = this.#draw(minuteMs, factor);
    if (factor === 1) this.#remember(minuteMs, prints);
    return prints;
  }

  #remember(minuteMs: number, prints: readonly Print[]): void {
    this.#cached.push([minuteMs, prints]);
    if (this.#cached.length > 3) this.#cached.shift();
  }

  /** Price of the minute's last trade before a time, without drawing the others; undefined when there is none. */
  lastPrice(minuteMs: number, untilMs: number): number | undefined {
    const { times, meanTrades } = this.#clusters(minuteMs, 1);
    const index = times.findLastIndex((timeMs) => timeMs < untilMs);
    return index < 0 ? undefined : this.#print(minuteMs, index, times[index]!, meanTrades).price;
  }

  #draw(minuteMs: number, factor: number): Print[] {
    const { times, meanTrades } = this.#clusters(minuteMs, factor);
    return Array.from(times, (timeMs, index) => this.#print(minuteMs, index, timeMs, meanTrades));
  }

  #clusters(minuteMs: number, factor: number): { times: Float64Array; meanTrades: number } {
    const minute = minuteMs / MINUTE_MS;
    const random = randomFrom(hash(this.seed, minute, 77));
    const trades = this.profile.tradesPerMinute * this.#activity(minute) * factor;
    const count = poisson(Math.min(trades / TRADES_PER_CLUSTER, MOST_CLUSTERS_PER_MINUTE), random);
    const times = new Float64Array(count);
    for (let index = 0; index < count; index++) times[index] = minuteMs + Math.floor(random() * MINUTE_MS);
    const meanTrades = Math.max(TRADES_PER_CLUSTER, trades / MOST_CLUSTERS_PER_MINUTE);
    return { times: times.sort(), meanTrades };
  }

  /** Most minutes are ordinary; about one in fifty is several times busier, and its neighbours with it. */
  #activity(minute: number): number {
    const excited = uniform(this.seed, Math.floor(minute / 2), 5);
    return (
      0.5 + 0.8 * uniform(this.seed, minute, 6) + (excited > 0.98 ? 5 * uniform(this.seed, minute, 7) : 0)
    );
  }

  /** Each print has its own draws, so that one can be had without the others. */
  #print(minuteMs: number, index: number, timeMs: number, meanTrades: number): Print {
    const random = randomFrom(hash(this.seed, minuteMs / MINUTE_MS, 1000 + index));
    const price = this.round(this.path.at(timeMs) * (1 + 0.0002 * normal(random)));
    const trades = 1 + poisson(meanTrades - 1, random);
    const size = trades * this.profile.meanTradeQuote * (0.3 + 2 * random() ** 3 + 0.2 * random());
    return {
      timeMs,
      price,
      reachUp: random() < 0.2 ? this.tickSize : 0,
      reachDown: random() < 0.2 && price > 3 * this.tickSize ? this.tickSize : 0,
      volume: this.roundVolume(size / price),
      trades,
      takerShare: random(),
    };
  }
}
