import { closeTimeOf, type Interval, openTimeAt } from './interval';
import type { Candle } from './kline';
import { ParseError } from './parse-error';
import type { Origin } from './wire-values';

/** @throws ParseError for prices that no trading can produce */
export function checkPrices(candle: Candle, origin: Origin): void {
  const { open, high, low, close } = candle;
  if (low <= open && low <= close && high >= open && high >= close) return;
  throw new ParseError(
    origin.kind,
    'ohlc',
    origin.symbol,
    `open ${open}, high ${high}, low ${low}, close ${close} contradict each other`,
  );
}

/** @throws ParseError for an open time off the interval's grid, or a close time that is not one candle later */
export function checkBounds(
  interval: Interval,
  openTimeMs: number,
  closeTimeMs: number,
  origin: Origin,
): void {
  if (openTimeAt(interval, openTimeMs) !== openTimeMs) {
    throw new ParseError(
      origin.kind,
      'time',
      origin.symbol,
      `open time ${openTimeMs} is not on the ${interval} grid`,
    );
  }
  if (closeTimeOf(interval, openTimeMs) !== closeTimeMs) {
    throw new ParseError(
      origin.kind,
      'time',
      origin.symbol,
      `close time ${closeTimeMs} does not end a ${interval} candle`,
    );
  }
}
