import { History } from '../samples/history';
import type { Reading } from '../samples/reading';
import { THRESHOLDS } from './thresholds';

/** The newest reading, and what may be compared with it. */
export interface View {
  readonly now: Reading;
  /** The oldest reading of this process within the window; undefined with one page only. */
  readonly before: Reading | undefined;
  /** Readings of this process within the window, oldest first; the last is `now`. */
  readonly window: readonly Reading[];
  /** All readings of this process, oldest first; the last is `now`. */
  readonly readings: readonly Reading[];
  /** 0 with one page only. */
  readonly windowSeconds: number;
  /** Of the process; null where the page does not say. */
  readonly uptimeSeconds: number | null;
  /** The process began so recently that what is missing may still come. */
  readonly starting: boolean;
  /** When restarts of the machine were noticed, epoch ms by the viewer's clock. */
  readonly restarts: readonly number[];
}

/** A history, or one page with, perhaps, an earlier one. */
export type Source = History | { readonly now: Reading; readonly before?: Reading | undefined };

/** @returns undefined when the history is empty */
export function viewOf(source: Source, graceSeconds: number): View | undefined {
  const history = source instanceof History ? source : historyOf(source.before, source.now);
  const now = history.latest;
  if (!now) return undefined;
  const readings = history.ofThisProcess();
  const before = history.before(THRESHOLDS.windowSeconds * 1000);
  const uptimeSeconds = now.startedMs === null ? null : Math.max(0, (now.machineMs - now.startedMs) / 1000);
  return {
    now,
    before,
    window: before ? readings.slice(readings.indexOf(before)) : [now],
    readings,
    windowSeconds: before ? (now.atMs - before.atMs) / 1000 : 0,
    uptimeSeconds,
    starting: uptimeSeconds !== null && uptimeSeconds < graceSeconds,
    restarts: history.restarts,
  };
}

function historyOf(before: Reading | undefined, now: Reading): History {
  const history = new History();
  if (before) history.add(before);
  history.add(now);
  return history;
}

type Pick = (reading: Reading) => number;

/** Growth of a counter within the window; 0 with one page only. */
export function grown({ before, now }: View, pick: Pick): number {
  return before ? Math.max(0, pick(now) - pick(before)) : 0;
}

/** The same within another length of time. */
export function grownWithin({ readings, now }: View, seconds: number, pick: Pick): number {
  return Math.max(0, pick(now) - pick(oldestWithin(readings, now, seconds)));
}

function oldestWithin(readings: readonly Reading[], now: Reading, seconds: number): Reading {
  return readings.find(({ atMs }) => atMs >= now.atMs - seconds * 1000) ?? now;
}

/** When a counter was last seen to have grown, epoch ms by the viewer's clock; undefined: not while we looked. */
export function lastGrowthMs({ readings }: View, pick: Pick): number | undefined {
  for (let index = readings.length - 1; index > 0; index--)
    if (pick(readings[index]!) > pick(readings[index - 1]!)) return readings[index]!.atMs;
  return undefined;
}

/** How long a counter has been seen not to grow; 0 with one page only. */
export function flatSeconds(view: View, pick: Pick): number {
  const fromMs = lastGrowthMs(view, pick) ?? view.readings[0]!.atMs;
  return (view.now.atMs - fromMs) / 1000;
}

/** For how long, up to now, every reading has had this; 0 where the newest has not, or is the only one. */
export function heldSeconds({ readings, now }: View, holds: (reading: Reading) => boolean): number {
  let sinceMs: number | undefined;
  for (let index = readings.length - 1; index >= 0 && holds(readings[index]!); index--)
    sinceMs = readings[index]!.atMs;
  return sinceMs === undefined ? 0 : (now.atMs - sinceMs) / 1000;
}

/** Seconds since the newest kline of any symbol and interval; null while the machine follows none. */
export function freshestSeconds({ feed }: Reading): number | null {
  const ages = feed.intervals.map(({ freshestSeconds: age }) => age);
  return ages.length > 0 ? Math.min(...ages) : null;
}

/** Of all traders, since the process began. */
export function executionsOf({ traders }: Reading): number {
  return [...traders.values()].reduce((sum, { executions }) => sum + executions, 0);
}

export function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
