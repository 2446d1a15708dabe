/**
 * A symbol's fair price as a function of time: noise of many periods added up, each with an amplitude that grows
 * with the root of its period, as a random walk's would. Nothing is stored, and any moment of any year is as cheap
 * as the last one.
 */
import { hash } from './noise';

const SHORTEST_PERIOD_MS = 20_000;
const OCTAVES = 22;
/** Longer swings than this (about a week) grow no further, or prices would leave any believable range. */
const WIDEST_OCTAVE = 15;
const UNIFORM_TO_UNIT_VARIANCE = Math.sqrt(12) / 4294967296;

export class PricePath {
  readonly #seed: number;
  readonly #logPrice: number;
  readonly #amplitudes: readonly number[];
  readonly #index = new Float64Array(OCTAVES).fill(Number.NaN);
  readonly #left = new Float64Array(OCTAVES);
  readonly #right = new Float64Array(OCTAVES);

  /** @param volatility standard deviation of the log price over one minute */
  constructor(seed: number, price: number, volatility: number) {
    this.#seed = seed;
    this.#logPrice = Math.log(price);
    this.#amplitudes = Array.from({ length: OCTAVES }, (_, octave) => {
      const periodMinutes = (SHORTEST_PERIOD_MS * 2 ** Math.min(octave, WIDEST_OCTAVE)) / 60_000;
      return volatility * 0.5 * Math.sqrt(periodMinutes);
    });
  }

  /** Moments near each other lie between the same two points of all but the shortest periods. */
  #enter(octave: number, index: number): void {
    this.#index[octave] = index;
    this.#left[octave] = hash(this.#seed, index, octave);
    this.#right[octave] = hash(this.#seed, index + 1, octave);
  }

  at(timeMs: number): number {
    let logPrice = this.#logPrice;
    let place = timeMs / SHORTEST_PERIOD_MS;
    for (let octave = 0; octave < OCTAVES; octave++) {
      const index = Math.floor(place);
      if (this.#index[octave] !== index) this.#enter(octave, index);
      const left = this.#left[octave]!;
      const right = this.#right[octave]!;
      const value = (left + (right - left) * (place - index) - 2147483648) * UNIFORM_TO_UNIT_VARIANCE;
      logPrice += this.#amplitudes[octave]! * value;
      place /= 2;
    }
    return Math.exp(logPrice);
  }
}
