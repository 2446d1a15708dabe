import type { TickerUpdate } from './kline';
import { ParseError, quoted } from './parse-error';
import { type Origin, readDecimal, readEventTimeMs, readSymbol } from './wire-values';

type Wire = Readonly<Record<string, unknown>>;

export interface TickerBatch {
  readonly updates: readonly TickerUpdate[];
  /** Elements that could not be read; the others stand. */
  readonly errors: readonly ParseError[];
}

/** @throws ParseError */
export function readTicker(event: Wire, nowMs: number): TickerUpdate {
  const symbol = readSymbol(event.s, 'ticker');
  const origin: Origin = { kind: 'ticker', symbol };
  return {
    symbol,
    eventTimeMs: readEventTimeMs(event.E, nowMs, origin),
    last: readDecimal(event.c, 'last price', origin),
    open: readDecimal(event.o, 'open', origin),
    high: readDecimal(event.h, 'high', origin),
    low: readDecimal(event.l, 'low', origin),
    volume: readDecimal(event.v, 'volume', origin),
    quoteVolume: readDecimal(event.q, 'quote volume', origin),
  };
}

/** The elements of an all-market frame that `wanted` asks for; it may hold a thousand others. */
export function readTickers(
  events: readonly unknown[],
  nowMs: number,
  wanted: (symbol: string) => boolean,
): TickerBatch {
  const updates: TickerUpdate[] = [];
  const errors: ParseError[] = [];
  for (const event of events) {
    try {
      const wire = asObject(event);
      if (wanted(readSymbol(wire.s, 'ticker'))) updates.push(readTicker(wire, nowMs));
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      errors.push(error);
    }
  }
  return { updates, errors };
}

function asObject(event: unknown): Wire {
  if (typeof event === 'object' && event !== null) return event as Wire;
  throw new ParseError('ticker', 'shape', undefined, `an element is no object: ${quoted(event)}`);
}
