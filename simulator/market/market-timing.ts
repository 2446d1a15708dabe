/** When a market speaks. */
export interface MarketTiming {
  /** Least time between two pushes of a stream; the exchange's is 2 s, and 1 s for interval 1s. */
  readonly pushPeriodMs: number;
  /** From a boundary to the closes of the candles that ended there. */
  readonly closeDelayMs: number;
  /** From a boundary to the first push of every new candle. */
  readonly openingDelayMs: number;
}

/** The exchange's own figures, as recorded on its sockets. */
export const EXCHANGE_TIMING: MarketTiming = { pushPeriodMs: 2000, closeDelayMs: 4, openingDelayMs: 2670 };
