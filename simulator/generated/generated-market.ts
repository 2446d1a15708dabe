import type { SymbolFeed } from '../market/symbol-feed';
import { GeneratedFeed } from './generated-feed';
import { symbolProfiles } from './symbol-profiles';

/** The same seed gives the same market at the same time of day, in every process. */
export function generatedMarket(count: number, seed: number, burstFactor: () => number): SymbolFeed[] {
  return symbolProfiles(count, seed).map((profile) => new GeneratedFeed(profile, seed, 0, burstFactor));
}
