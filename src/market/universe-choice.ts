import type { TickerUpdate } from './kline';

/** A tradable pair, as exchangeInfo lists it. */
export interface ListedPair {
  readonly symbol: string;
  readonly baseAsset: string;
  readonly leveraged: boolean;
}

/** Within this many times the wanted number, a symbol that is already subscribed keeps its place. */
const TENURE = 1.25;
const LEVERAGED_SUFFIX = /^(.{3,})(UP|DOWN|BULL|BEAR)$/;

/**
 * Leveraged tokens are named after the asset they lever: BTCUP. JUP and SYRUP are coins: nothing called J or SYR
 * is listed.
 */
export function isLeveraged(baseAsset: string, baseAssets: ReadonlySet<string>): boolean {
  if (baseAsset === 'BULL' || baseAsset === 'BEAR') return true;
  const lever = LEVERAGED_SUFFIX.exec(baseAsset);
  return lever !== null && baseAssets.has(lever[1]!);
}

/**
 * The most traded pairs, by 24 h quote volume.
 * @param incumbents already subscribed: they stay while they rank near enough, so that two symbols at the edge do not
 * change places (and lose their history) at every refresh
 */
export function chooseSymbols(
  pairs: readonly ListedPair[],
  tickers: ReadonlyMap<string, TickerUpdate>,
  count: number,
  incumbents: readonly string[],
): string[] {
  const ranked = pairs
    .filter(({ symbol, leveraged }) => !leveraged && tickers.has(symbol))
    .map(({ symbol }) => symbol)
    .sort((a, b) => tickers.get(b)!.quoteVolume - tickers.get(a)!.quoteVolume || (a < b ? -1 : 1));
  const secure = new Set(ranked.slice(0, Math.floor(count * TENURE)));
  const chosen = new Set(incumbents.filter((symbol) => secure.has(symbol)).slice(0, count));
  for (const symbol of ranked) {
    if (chosen.size >= count) break;
    chosen.add(symbol);
  }
  return ranked.filter((symbol) => chosen.has(symbol));
}
