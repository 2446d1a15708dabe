/** Which symbols the generated market lists and how each trades. */

import { ASSETS, LEADING_ASSETS, UNICODE_ASSET } from './assets';
import { seedOf, uniform } from './noise';

export interface SymbolProfile {
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly price: number;
  /** Standard deviation of the log price over one minute. */
  readonly volatility: number;
  readonly tradesPerMinute: number;
  readonly meanTradeQuote: number;
}

/** Trades a minute at each share of the pairs, busiest first: an ordinary day of a large spot exchange. */
const ACTIVITY: readonly (readonly [share: number, tradesPerMinute: number])[] = [
  [0, 1980],
  [0.005, 1060],
  [0.01, 592],
  [0.1, 152],
  [0.5, 23],
  [0.9, 5.1],
  [0.99, 2.5],
  [1, 2],
];
/** The share is taken among this many pairs at least, so that a small market holds the liquid ones. */
const FULL_MARKET = 371;

export function symbolProfiles(count: number, seed: number): SymbolProfile[] {
  return assetNames(count, seed).map((asset, rank) => profileOf(asset, rank, count, seed));
}

export function profileOf(asset: string, rank: number, count: number, seed: number): SymbolProfile {
  const assetSeed = seedOf(asset, seed);
  const tradesPerMinute = activityAt(rank / Math.max(count, FULL_MARKET));
  return {
    symbol: `${asset}USDT`,
    baseAsset: asset,
    quoteAsset: 'USDT',
    price: LEADING_ASSETS[asset] ?? 10 ** (uniform(assetSeed, 1) * 4.5 - 3),
    volatility: rank < 5 ? 0.0009 : 0.0014 + 0.0016 * uniform(assetSeed, 2),
    tradesPerMinute,
    meanTradeQuote: 60 + 12 * Math.sqrt(Math.min(tradesPerMinute, 600)),
  };
}

function activityAt(share: number): number {
  const upper = Math.max(
    1,
    ACTIVITY.findIndex(([limit]) => limit >= share),
  );
  const [leftShare, leftRate] = ACTIVITY[upper - 1]!;
  const [rightShare, rightRate] = ACTIVITY[upper]!;
  const position = (share - leftShare) / (rightShare - leftShare);
  return leftRate * (rightRate / leftRate) ** position;
}

/** Real tickers first, then made-up ones; one is not ASCII, as on the exchange. */
function assetNames(count: number, seed: number): string[] {
  const names = [...Object.keys(LEADING_ASSETS), ...ASSETS];
  const taken = new Set(names);
  for (let place = 0; names.length < count; place++) {
    const name = madeUpName(seed, place);
    if (taken.has(name)) continue;
    taken.add(name);
    names.push(name);
  }
  const chosen = names.slice(0, count);
  if (count >= 10) chosen[Math.min(count - 1, 60)] = UNICODE_ASSET;
  return chosen;
}

function madeUpName(seed: number, place: number): string {
  const pick = (letters: string, use: number) =>
    letters[Math.floor(uniform(seed, place, use) * letters.length)]!;
  const syllables = 1 + Math.floor(uniform(seed, place, 9) * 2);
  let name = '';
  for (let index = 0; index <= syllables; index++) {
    name += pick('BCDFGKLMNPRSTVXZ', index * 2) + pick('AEIOU', index * 2 + 1);
  }
  return name.slice(0, 3 + Math.floor(uniform(seed, place, 8) * 3));
}
