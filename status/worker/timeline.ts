import type { ExecutionView, HistoryView } from './state';

export interface Point {
  readonly atMs: number;
  readonly newMatches: number;
  readonly continuing: number;
  readonly averageMs: number | null;
  readonly p95Ms: number | null;
}

const SPAN_MS = 3_600_000;
const STEP_MS = 15_000;

/** The charts' last hour: one point per quarter of a minute, the newest taking the place of an older one in it. */
export class Timeline {
  private points: Point[] = [];

  add(point: Point): void {
    const last = this.points.at(-1);
    if (last && step(last) === step(point)) this.points.pop();
    this.points.push(point);
    this.points = this.points.filter(({ atMs }) => atMs > point.atMs - SPAN_MS);
  }

  view(): HistoryView {
    const { points } = this;
    return {
      atMs: points.map(({ atMs }) => Math.round(atMs)),
      newMatches: points.map(({ newMatches }) => newMatches),
      continuing: points.map(({ continuing }) => continuing),
      averageMs: points.map(({ averageMs }) => averageMs),
      p95Ms: points.map(({ p95Ms }) => p95Ms),
    };
  }
}

export function pointOf(
  atMs: number,
  traders: Iterable<{ readonly newMatches: number | null; readonly continuing: number | null }>,
  { averageMs, p95Ms }: ExecutionView,
): Point {
  let [newMatches, continuing] = [0, 0];
  for (const trader of traders) {
    newMatches += trader.newMatches ?? 0;
    continuing += trader.continuing ?? 0;
  }
  return { atMs, newMatches, continuing, averageMs, p95Ms };
}

function step({ atMs }: Point): number {
  return Math.floor(atMs / STEP_MS);
}
