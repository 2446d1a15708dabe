import type { Interval } from '../../src/market/interval';

/** Candles that shall not be seen: from one open time up to, not including, another. */
export interface CandleHole {
  /** undefined: every symbol. */
  readonly symbol: string | undefined;
  readonly interval: Interval;
  readonly fromOpenMs: number;
  readonly toOpenMs: number;
  /** REST still has them: only the stream lost them. Otherwise nothing was traded. */
  readonly inRest: boolean;
}

/** What the market must not show, set from outside. */
export class MarketFaults {
  readonly #holes: CandleHole[] = [];

  cut(hole: CandleHole): void {
    this.#holes.push(hole);
  }

  isSkipped(symbol: string, interval: Interval, openTimeMs: number): boolean {
    return this.#holes.some((hole) => covers(hole, symbol, interval, openTimeMs));
  }

  isOutage(symbol: string, interval: Interval, openTimeMs: number): boolean {
    return this.#holes.some((hole) => !hole.inRest && covers(hole, symbol, interval, openTimeMs));
  }
}

function covers(hole: CandleHole, symbol: string, interval: Interval, openTimeMs: number): boolean {
  return (
    (hole.symbol === undefined || hole.symbol === symbol) &&
    hole.interval === interval &&
    openTimeMs >= hole.fromOpenMs &&
    openTimeMs < hole.toOpenMs
  );
}
