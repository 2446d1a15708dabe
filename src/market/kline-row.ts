import { checkBounds, checkPrices } from './candle-check';
import type { Interval } from './interval';
import type { Candle } from './kline';
import { ParseError, quoted } from './parse-error';
import { type Origin, readCount, readDecimal, readTimeMs } from './wire-values';

/** The twelfth column is unused, and a longer row only has more to ignore. */
const NEEDED_COLUMNS = 11;

/**
 * One row of a REST klines answer. Its column order differs from the stream's: open, high, low, close.
 * @throws ParseError
 */
export function readKlineRow(row: unknown, symbol: string, interval: Interval): Candle {
  const origin: Origin = { kind: 'kline', symbol };
  if (!Array.isArray(row) || row.length < NEEDED_COLUMNS) {
    throw new ParseError('kline', 'shape', symbol, `no row of ${NEEDED_COLUMNS} columns: ${quoted(row)}`);
  }
  const candle: Candle = {
    openTimeMs: readTimeMs(row[0], 'open time', origin),
    open: readDecimal(row[1], 'open', origin),
    high: readDecimal(row[2], 'high', origin),
    low: readDecimal(row[3], 'low', origin),
    close: readDecimal(row[4], 'close', origin),
    volume: readDecimal(row[5], 'volume', origin),
    quoteVolume: readDecimal(row[7], 'quote volume', origin),
    trades: readCount(row[8], 'number of trades', origin),
    takerBuyBase: readDecimal(row[9], 'taker buy volume', origin),
    takerBuyQuote: readDecimal(row[10], 'taker buy quote volume', origin),
  };
  checkBounds(interval, candle.openTimeMs, readTimeMs(row[6], 'close time', origin), origin);
  checkPrices(candle, origin);
  return candle;
}
