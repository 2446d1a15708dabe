/** Which market an exchange opens with: a generated one or a recorded one. */
import type { Interval } from '../src/market/interval';
import type { ExchangeOptions } from './exchange-options';
import { GeneratedFeed } from './generated/generated-feed';
import { generatedMarket } from './generated/generated-market';
import { profileOf } from './generated/symbol-profiles';
import type { SymbolFeed } from './market/symbol-feed';
import { replayMarket } from './replay/replay-market';

export interface OpenedMarket {
  readonly feeds: readonly SymbolFeed[];
  /** The interval that the market is played in; candles of others are added up from it. */
  readonly base: Interval;
  readonly newFeed: (asset: string, price: number | undefined, listedAtMs: number) => SymbolFeed;
}

const USUAL_SYMBOLS = 120;
const USUAL_SEED = 1;

export function openMarket(
  options: ExchangeOptions,
  nowMs: number,
  load: { burstFactor: number },
): OpenedMarket {
  const { seed = USUAL_SEED, symbols = USUAL_SYMBOLS, replay } = options;
  const burstFactor = () => load.burstFactor;
  const newFeed = (asset: string, price: number | undefined, listedAtMs: number) => {
    const profile = profileOf(asset, 50, symbols, seed);
    return new GeneratedFeed(
      price === undefined ? profile : { ...profile, price },
      seed,
      listedAtMs,
      burstFactor,
    );
  };
  if (replay) return { ...replayMarket(replay, nowMs), newFeed };
  return { feeds: generatedMarket(symbols, seed, burstFactor), base: '1m', newFeed };
}
