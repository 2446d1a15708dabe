import { durationMsOf } from '../../market/interval';
import type { LastMatches } from '../../storage/execution-repository';
import type { Signal } from '../signal';

/** A row that is older than this, in intervals, says nothing of the screening that found the signal. */
const SAME_SPELL_INTERVALS = 2;

/**
 * Executions reach the database later than signals reach the journal, so a kill can lose the row of a screening whose
 * signals are carried over. Those matched then: without this their match would be found again, as a new one.
 */
export function withCarried(
  lastMatches: readonly LastMatches[],
  carried: readonly Signal[],
): readonly LastMatches[] {
  return lastMatches.map((last) => {
    const later = carried.filter(
      ({ traderId, interval, boundaryMs }) =>
        traderId === last.traderId && interval === last.interval && boundaryMs > last.boundaryMs,
    );
    if (later.length === 0) return last;
    const boundaryMs = Math.max(...later.map((signal) => signal.boundaryMs));
    const intervals = (boundaryMs - last.boundaryMs) / durationMsOf(last.interval, last.boundaryMs);
    const before = intervals <= SAME_SPELL_INTERVALS ? last.symbols : [];
    return { ...last, boundaryMs, symbols: [...new Set([...before, ...later.map(({ symbol }) => symbol)])] };
  });
}
