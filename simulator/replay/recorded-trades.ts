/** Recorded trade events. */
import { readText } from './recorded-text';

export interface RecordedTrade {
  readonly symbol: string;
  readonly id: number;
  /** When it was made, epoch ms. */
  readonly timeMs: number;
  /** When the exchange sent it. */
  readonly eventTimeMs: number;
  readonly price: number;
  readonly quantity: number;
  /** The taker sold. */
  readonly buyerIsMaker: boolean;
}

interface TradeEvent {
  readonly e: string;
  readonly E: number;
  readonly s: string;
  readonly t: number;
  readonly p: string;
  readonly q: string;
  readonly T: number;
  readonly m: boolean;
}

/** Lines `<receive time, ns> <frame>`; anything that is no trade is passed over. */
export function readTrades(path: string): RecordedTrade[] {
  const trades: RecordedTrade[] = [];
  for (const line of readText(path).split('\n')) {
    const frame = /^\d+ (\{.*)$/.exec(line)?.[1];
    if (frame === undefined) continue;
    const { data } = JSON.parse(frame) as { data: TradeEvent };
    if (data.e === 'trade') trades.push(toTrade(data));
  }
  return trades;
}

function toTrade(event: TradeEvent): RecordedTrade {
  return {
    symbol: event.s,
    id: event.t,
    timeMs: event.T,
    eventTimeMs: event.E,
    price: Number(event.p),
    quantity: Number(event.q),
    buyerIsMaker: event.m,
  };
}
