import { checkBounds, checkPrices } from './candle-check';
import { isInterval } from './interval';
import type { Candle, KlineUpdate } from './kline';
import { ParseError, quoted } from './parse-error';
import { type Origin, readCount, readDecimal, readEventTimeMs, readSymbol, readTimeMs } from './wire-values';

/** An event's own clock may run this much behind the candle it reports. */
const OPENING_TOLERANCE_MS = 60_000;

type Wire = Readonly<Record<string, unknown>>;

/**
 * A kline event as the stream sends it.
 * @param nowMs this machine's clock
 * @throws ParseError
 */
export function readKline(event: Wire, nowMs: number): KlineUpdate {
  const symbol = readSymbol(event.s, 'kline');
  const origin: Origin = { kind: 'kline', symbol };
  const wire = readBody(event.k, origin);
  const interval = wire.i;
  if (!isInterval(interval)) {
    throw new ParseError('kline', 'interval', symbol, `interval ${quoted(interval)} is unknown`);
  }
  const eventTimeMs = readEventTimeMs(event.E, nowMs, origin);
  const candle = readCandle(wire, origin);
  checkBounds(interval, candle.openTimeMs, readTimeMs(wire.T, 'close time', origin), origin);
  checkPrices(candle, origin);
  if (candle.openTimeMs > eventTimeMs + OPENING_TOLERANCE_MS) {
    throw new ParseError('kline', 'future', symbol, 'the candle opens after the event that reports it');
  }
  return { symbol, interval, eventTimeMs, candle, closed: wire.x === true };
}

function readBody(body: unknown, { symbol }: Origin): Wire {
  if (typeof body !== 'object' || body === null) {
    throw new ParseError('kline', 'shape', symbol, `its candle is no object: ${quoted(body)}`);
  }
  const wire = body as Wire;
  if (wire.s !== symbol) {
    throw new ParseError('kline', 'symbol', symbol, `its candle is of ${quoted(wire.s)}`);
  }
  if (typeof wire.x !== 'boolean') {
    throw new ParseError('kline', 'shape', symbol, `x is neither true nor false: ${quoted(wire.x)}`);
  }
  return wire;
}

function readCandle(wire: Wire, origin: Origin): Candle {
  return {
    openTimeMs: readTimeMs(wire.t, 'open time', origin),
    open: readDecimal(wire.o, 'open', origin),
    high: readDecimal(wire.h, 'high', origin),
    low: readDecimal(wire.l, 'low', origin),
    close: readDecimal(wire.c, 'close', origin),
    volume: readDecimal(wire.v, 'volume', origin),
    quoteVolume: readDecimal(wire.q, 'quote volume', origin),
    trades: readCount(wire.n, 'number of trades', origin),
    takerBuyBase: readDecimal(wire.V, 'taker buy volume', origin),
    takerBuyQuote: readDecimal(wire.Q, 'taker buy quote volume', origin),
  };
}
