import type { TickerUpdate } from './kline';
import { ParseError } from './parse-error';
import { RestError } from './rest-error';
import { isLeveraged, type ListedPair } from './universe-choice';
import { type Origin, readDecimal, readSymbol, readTimeMs } from './wire-values';

type Wire = Readonly<Record<string, unknown>>;

/**
 * The spot pairs that trade against USDT now.
 * @throws RestError when the answer has another shape than exchangeInfo's
 */
export function readTradablePairs(exchangeInfo: unknown): ListedPair[] {
  const symbols = (exchangeInfo as Wire | null)?.symbols;
  if (!Array.isArray(symbols)) {
    throw new RestError('exchangeInfo answered without a list of symbols', 'body', true);
  }
  const entries = symbols.filter(isEntry);
  const baseAssets = new Set(entries.map(({ baseAsset }) => String(baseAsset)));
  return entries.filter(isTradable).map((entry) => {
    const baseAsset = String(entry.baseAsset);
    return { symbol: String(entry.symbol), baseAsset, leveraged: isLeveraged(baseAsset, baseAssets) };
  });
}

function isEntry(entry: unknown): entry is Wire {
  if (typeof entry !== 'object' || entry === null) return false;
  const { symbol, baseAsset } = entry as Wire;
  return typeof symbol === 'string' && symbol !== '' && typeof baseAsset === 'string';
}

function isTradable(entry: Wire): boolean {
  return entry.status === 'TRADING' && entry.quoteAsset === 'USDT' && entry.isSpotTradingAllowed === true;
}

/**
 * Rolling 24 h figures by symbol; an entry that cannot be read leaves its symbol out.
 * @throws RestError when the answer is no list
 */
export function readDailyTickers(answer: unknown): Map<string, TickerUpdate> {
  if (!Array.isArray(answer)) throw new RestError('ticker/24hr answered without a list', 'body', true);
  const tickers = new Map<string, TickerUpdate>();
  for (const entry of answer) {
    try {
      const ticker = readDailyTicker(entry as Wire);
      tickers.set(ticker.symbol, ticker);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
    }
  }
  return tickers;
}

function readDailyTicker(entry: Wire): TickerUpdate {
  const symbol = readSymbol(entry?.symbol, 'ticker');
  const origin: Origin = { kind: 'ticker', symbol };
  return {
    symbol,
    eventTimeMs: readTimeMs(entry.closeTime, 'close time', origin),
    last: readDecimal(entry.lastPrice, 'last price', origin),
    open: readDecimal(entry.openPrice, 'open', origin),
    high: readDecimal(entry.highPrice, 'high', origin),
    low: readDecimal(entry.lowPrice, 'low', origin),
    volume: readDecimal(entry.volume, 'volume', origin),
    quoteVolume: readDecimal(entry.quoteVolume, 'quote volume', origin),
  };
}
