import type { TraderReading } from '../samples/reading';
import { lastSeenMs, perExecution, type Screening, watchedIn } from './screening';
import type { View } from './view';
import { counted, lasting, whole } from './words';

/** Ends what is said of a trader that works: no signal is then the market's doing. */
export const NOTHING_WRONG = 'Nothing is wrong.';

/** What the trader's last screening found, as the predicate of a sentence about it. */
export function outcomeOf(view: View, screening: Screening): string {
  const { newMatches, continuing } = screening.trader;
  const matched = (newMatches ?? 0) + (continuing ?? 0);
  const evaluated = `${evaluatedOf(screening)} evaluated`;
  if (matched === 0) return `${evaluated}, none matches: ${noneSince(view, screening.trader)}.`;
  if (newMatches === matched)
    return `${evaluated}, ${matches(matched)}, ${matched === 1 ? 'and is' : 'all of them'} new.`;
  if (newMatches !== 0) return `${evaluated}, ${matches(matched)}, ${whole(newMatches ?? 0)} of them new.`;
  const all = matched === 1 ? 'it is' : matched === 2 ? 'both are' : `all ${whole(matched)} are`;
  return `${evaluated}, ${matches(matched)}, ${all} continuing: ${noNewSince(view, screening.trader)}.`;
}

/** "98 of 100 symbols" */
export function evaluatedOf(screening: Screening): string {
  const watched = perExecution(watchedIn(screening), screening);
  return `${whole(perExecution(screening.evaluated, screening))} of ${counted(watched, 'symbol')}`;
}

function matches(count: number): string {
  return `${whole(count)} ${count === 1 ? 'matches' : 'match'}`;
}

function noneSince(view: View, trader: TraderReading): string {
  return `no match ${sinceWhen(view, trader, ({ matches: total }) => total)}`;
}

function noNewSince(view: View, trader: TraderReading): string {
  return `no new match ${sinceWhen(view, trader, ({ signals }) => signals)}`;
}

/** As far as was seen: the page alone tells only how many there were since the start. */
function sinceWhen(view: View, trader: TraderReading, pick: (trader: TraderReading) => number): string {
  const { now, uptimeSeconds, readings } = view;
  const seenMs = lastSeenMs(view, trader.id, pick);
  if (seenMs !== undefined) return `in the last ${lasting((now.atMs - seenMs) / 1000)}`;
  if (pick(trader) === 0 && uptimeSeconds !== null)
    return `since the machine started ${lasting(uptimeSeconds)} ago`;
  const watchedSeconds = (now.atMs - readings[0]!.atMs) / 1000;
  return watchedSeconds >= 60 ? `for at least ${lasting(watchedSeconds)}` : 'in its last screening';
}
