export interface Pace {
  /** Between the beginnings of two looks while somebody watches, ms. */
  readonly watchedMs: number;
  /** … and while nobody does. */
  readonly unwatchedMs: number;
}

const PACE: Pace = { watchedMs: 5000, unwatchedMs: 15_000 };

/** Looks again and again, never twice at once: a look that takes longer than the pace delays the next. */
export class Rhythm {
  private begunAtMs = Number.NEGATIVE_INFINITY;
  private running = false;
  private stopped = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly look: () => Promise<void>,
    private watched: boolean,
    private readonly pace: Pace = PACE,
  ) {}

  start(): void {
    this.plan();
  }

  /** Who comes to watch need not wait for what was planned while nobody did. */
  watch(watched: boolean): void {
    this.watched = watched;
    this.plan();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private plan(): void {
    if (this.running || this.stopped) return;
    clearTimeout(this.timer);
    const { watchedMs, unwatchedMs } = this.pace;
    const dueMs = this.begunAtMs + (this.watched ? watchedMs : unwatchedMs);
    this.timer = setTimeout(() => void this.run(), Math.max(0, dueMs - performance.now()));
  }

  private async run(): Promise<void> {
    this.running = true;
    this.begunAtMs = performance.now();
    try {
      await this.look();
    } finally {
      this.running = false;
      this.plan();
    }
  }
}
