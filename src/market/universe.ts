import { readDailyTickers, readTradablePairs } from './exchange-listing';
import type { TickerUpdate } from './kline';
import type { RestClient } from './rest-client';
import { RestError } from './rest-error';
import { chooseSymbols } from './universe-choice';

export interface Universe {
  /** Most traded first. */
  readonly symbols: readonly string[];
  /** The 24 h figures they were chosen by. */
  readonly tickers: readonly TickerUpdate[];
}

/**
 * Which symbols to follow, asked from the exchange anew each time: there is no list to fall back on.
 * @param incumbents symbols followed until now
 * @throws RestError also when nothing is tradable
 */
export async function loadUniverse(
  rest: RestClient,
  symbolCount: number,
  incumbents: readonly string[],
): Promise<Universe> {
  const pairs = readTradablePairs(await rest.get('exchangeInfo', { showPermissionSets: 'false' }));
  const tickers = readDailyTickers(await rest.get('ticker/24hr'));
  const symbols = chooseSymbols(pairs, tickers, symbolCount, incumbents);
  if (symbols.length === 0) throw new RestError('exchangeInfo lists no tradable USDT pair', 'body', true);
  return { symbols, tickers: symbols.map((symbol) => tickers.get(symbol)!) };
}
