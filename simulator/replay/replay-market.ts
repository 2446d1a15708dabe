import type { Interval } from '../../src/market/interval';
import type { ReplayOptions } from '../exchange-options';
import type { SymbolFeed } from '../market/symbol-feed';

export function replayMarket(
  _options: ReplayOptions,
  _nowMs: number,
): { feeds: SymbolFeed[]; base: Interval } {
  throw new Error('no recording could be read');
}
