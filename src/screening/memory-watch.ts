import type { FilterLane } from './filter-lane';

const LOOK_EVERY_MS = 20;
/** A worker that began no symbol for this many looks is stuck in one. */
const STUCK_LOOKS = 3;
/** How long an ended thread is given to let go of its memory before another is suspected. */
const RELEASE_MS = 1000;

/**
 * Ends a worker whose filter grows without bound inside one call, where the worker itself cannot look. Only the whole
 * process can be measured from outside, so the growth is blamed on the busy worker that has been stuck longest.
 */
export class MemoryWatch {
  private timer: NodeJS.Timeout | undefined;
  private baselineBytes = 0;
  private patientUntilMs = 0;
  private readonly looks = new Map<FilterLane, { begun: number; same: number }>();

  constructor(
    private readonly lanes: readonly FilterLane[],
    private readonly allowanceBytes: number,
  ) {}

  /** A task begins. */
  busy(): void {
    if (this.timer) return;
    this.baselineBytes = workersBytes();
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  /** No task runs. */
  idle(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.looks.clear();
  }

  private look(): void {
    for (const lane of this.lanes) this.note(lane);
    if (workersBytes() - this.baselineBytes <= this.allowanceBytes || Date.now() < this.patientUntilMs)
      return;
    const stuck = this.mostStuck();
    if (!stuck) return;
    this.patientUntilMs = Date.now() + RELEASE_MS;
    void stuck.end('memory').then(() => {
      this.patientUntilMs = 0;
    });
  }

  private note(lane: FilterLane): void {
    const begun = lane.symbolsBegun;
    const before = this.looks.get(lane);
    const same = lane.isBusy && before?.begun === begun ? before.same + 1 : 0;
    this.looks.set(lane, { begun, same });
  }

  private mostStuck(): FilterLane | undefined {
    const stuck = [...this.looks].filter(([, { same }]) => same >= STUCK_LOOKS);
    return stuck.sort(([, one], [, other]) => other.same - one.same)[0]?.[0];
  }
}

/** The process less what main itself accounts for. */
function workersBytes(): number {
  const { rss, heapTotal, external } = process.memoryUsage();
  return rss - heapTotal - external;
}
