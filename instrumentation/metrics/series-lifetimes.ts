import type { ObservedInstrument } from './observed-instrument';
import type { RecordedInstruments } from './recorded-instrument';

/** Series of a thing that is gone leave the page. What is there and what is not, an observed metric says. */
export interface LifetimeRule {
  /** The label that names the thing. */
  readonly label: string;
  /** The observed metric that has a series for each thing there is. */
  readonly livesIn: string;
  /** Metrics whose sums must outlive the thing. */
  readonly except: readonly string[];
}

/** Late records of what is gone (a retried write, say) bring series back: so many names are remembered. */
const MAX_REMEMBERED = 10_000;

class Lifetimes {
  #living: ReadonlySet<string> = new Set();
  /** Name → when it was first missed. */
  readonly #gone = new Map<string, number>();
  readonly #except: ReadonlySet<string>;
  #version = -1;

  constructor(
    readonly rule: LifetimeRule,
    private readonly lingerMs: number,
  ) {
    this.#except = new Set(rule.except);
  }

  /** Only what was seen alive can die: a trader that never loaded keeps its errors. */
  follow(instrument: ObservedInstrument, nowMs: number): void {
    if (instrument.version === this.#version) return;
    this.#version = instrument.version;
    const { labels } = instrument.family();
    const living = new Set(labels.map(({ attributes }) => String(attributes[this.rule.label])));
    for (const name of this.#living) if (!living.has(name)) this.#gone.set(name, nowMs);
    for (const name of living) this.#gone.delete(name);
    for (const name of this.#gone.keys()) {
      if (this.#gone.size <= MAX_REMEMBERED) break;
      this.#gone.delete(name);
    }
    this.#living = living;
  }

  apply(recorded: RecordedInstruments, nowMs: number): void {
    const expired = new Set<unknown>();
    for (const [name, since] of this.#gone) if (nowMs - since >= this.lingerMs) expired.add(name);
    if (expired.size === 0) return;
    recorded.forget((attributes) => expired.has(attributes[this.rule.label]), this.#except);
  }
}

export class SeriesLifetimes {
  readonly #lifetimes: readonly Lifetimes[];

  /** @param lingerMs for how long the last values stay, so that every scraper gets them */
  constructor(
    rules: readonly LifetimeRule[],
    lingerMs: number,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.#lifetimes = rules.map((rule) => new Lifetimes(rule, lingerMs));
  }

  /** Call at the end of a collection. A metric that could not be observed in full says nothing about who is gone. */
  sweep(observed: readonly ObservedInstrument[], recorded: RecordedInstruments): void {
    for (const lifetimes of this.#lifetimes) {
      const instrument = observed.find(({ name }) => name === lifetimes.rule.livesIn);
      if (instrument?.complete !== true) continue;
      lifetimes.follow(instrument, this.nowMs());
      lifetimes.apply(recorded, this.nowMs());
    }
  }
}
