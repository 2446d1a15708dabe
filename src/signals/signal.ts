import type { SpanContext } from '@opentelemetry/api';
import type { Interval } from '../market/interval';

/** One new match. Its id follows from trader, symbol, interval and candle, so a repeated detection is the same signal. */
export interface Signal {
  readonly id: string;
  readonly traderId: string;
  readonly traderName: string;
  readonly symbol: string;
  readonly interval: Interval;
  /** The interval boundary that the signal was decided on: the end of the newest candle the filter saw. */
  readonly boundaryMs: number;
  readonly price: number;
  readonly changePercent: number | null;
  readonly quoteVolume: number | null;
  readonly conditions: readonly string[];
  readonly createdAtMs: number;
  readonly machineId: string;
  /** The execution that found it, where that is in a sampled trace. */
  readonly trace?: SpanContext;
}
