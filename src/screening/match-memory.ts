import { openTimeAt, shiftOpenTime } from '../market/interval';
import type { LastMatches } from '../storage/execution-repository';
import type { Trader } from '../traders/trader';

/** One screening's matching symbols, told apart by whether they matched in the screening before. */
export interface MatchSplit {
  readonly fresh: readonly string[];
  readonly continuing: readonly string[];
}

interface Memory {
  readonly revision: string;
  readonly matching: ReadonlySet<string>;
}

/** A match stored longer ago than this many intervals says nothing about now. */
const RESTORABLE_INTERVALS = 2;

/**
 * Which symbols matched in each trader's last screening. Kept in main, so that it outlives workers.
 *
 * A symbol without verdict keeps its former state: a hiccup in the data does not make a continuing match a new one.
 * A changed filter asks another question, so all its matches are new; a renamed trader's are not.
 */
export class MatchMemory {
  private readonly memories = new Map<string, Memory>();

  constructor(private readonly now: () => number = Date.now) {}

  /** @param undecided symbols of this screening that got no verdict */
  screened(
    trader: Pick<Trader, 'id' | 'revision'>,
    matched: readonly string[],
    undecided: readonly string[],
  ): MatchSplit {
    const before = this.matchingOf(trader);
    const kept = undecided.filter((symbol) => before.has(symbol));
    this.memories.set(trader.id, { revision: trader.revision, matching: new Set([...matched, ...kept]) });
    return {
      fresh: matched.filter((symbol) => !before.has(symbol)),
      continuing: matched.filter((symbol) => before.has(symbol)),
    };
  }

  forget(traderId: string): void {
    this.memories.delete(traderId);
  }

  /**
   * Takes up each trader's last screening from before a restart. What is older than two intervals is left; so is, at
   * the trader's next screening, what another revision of its filter matched.
   */
  restore(lastMatches: readonly LastMatches[]): void {
    for (const { traderId, revision, interval, boundaryMs, symbols } of lastMatches) {
      const current = openTimeAt(interval, this.now());
      const oldest = shiftOpenTime(interval, current, -RESTORABLE_INTERVALS);
      if (boundaryMs >= oldest) this.memories.set(traderId, { revision, matching: new Set(symbols) });
    }
  }

  private matchingOf({ id, revision }: Pick<Trader, 'id' | 'revision'>): ReadonlySet<string> {
    const memory = this.memories.get(id);
    return memory?.revision === revision ? memory.matching : new Set();
  }
}
