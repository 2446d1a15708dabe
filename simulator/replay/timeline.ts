/**
 * Where recorded candles come to lie today. Recorded candle number k plays as candle number k of a short interval,
 * one after another: an hour of the record becomes a minute, and the interval's name with it. Open times stay on the
 * interval's grid and boundaries stay those of the clock, so a client's checks of alignment and age hold; what was
 * a hole of n candles is a hole of n candles. Only the distance of candles is no longer the recorded one.
 */
import { durationMsOf, type Interval } from '../../src/market/interval';

export class Timeline {
  readonly playedMs: number;

  /**
   * @param liveFromMs open time of the first candle that is streamed
   * @param history how many recorded candles lie before it
   */
  constructor(
    readonly base: Interval,
    readonly liveFromMs: number,
    readonly recordedFromMs: number,
    readonly recordedIntervalMs: number,
    readonly history: number,
  ) {
    this.playedMs = durationMsOf(base);
  }

  /** Recorded open time to the one it is played at. */
  playedAt(recordedMs: number): number {
    const index = Math.round((recordedMs - this.recordedFromMs) / this.recordedIntervalMs);
    return this.liveFromMs + (index - this.history) * this.playedMs;
  }
}
