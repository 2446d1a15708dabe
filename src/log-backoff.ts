const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 3_600_000;
const MOST_CAUSES = 1000;

interface Silence {
  untilMs: number;
  pauseMs: number;
  heldBack: number;
}

/**
 * Says which repetitions of a warning are worth a line: the first of a cause at once, then after 1, 2, 4 … minutes,
 * at most an hour apart. A cause that stayed away for longer than its pause begins anew.
 */
export class LogBackoff {
  private readonly silences = new Map<string, Silence>();

  constructor(private readonly now: () => number = Date.now) {}

  /** @returns how many repetitions were held back since the last line, or undefined when this one is to be too */
  admit(cause: string): number | undefined {
    const nowMs = this.now();
    const silence = this.silences.get(cause);
    if (silence === undefined || nowMs >= silence.untilMs + silence.pauseMs) {
      return this.begin(cause, nowMs, silence?.heldBack ?? 0);
    }
    if (nowMs < silence.untilMs) {
      silence.heldBack++;
      return undefined;
    }
    return this.lengthen(silence, nowMs);
  }

  /** The cause is gone: its next appearance is news. */
  clear(cause: string): void {
    this.silences.delete(cause);
  }

  private begin(cause: string, nowMs: number, heldBack: number): number {
    this.silences.delete(cause);
    this.silences.set(cause, { untilMs: nowMs + FIRST_PAUSE_MS, pauseMs: FIRST_PAUSE_MS, heldBack: 0 });
    const [oldest] = this.silences.keys();
    if (this.silences.size > MOST_CAUSES && oldest !== undefined) this.silences.delete(oldest);
    return heldBack;
  }

  private lengthen(silence: Silence, nowMs: number): number {
    const { heldBack } = silence;
    silence.pauseMs = Math.min(silence.pauseMs * 2, LONGEST_PAUSE_MS);
    silence.untilMs = nowMs + silence.pauseMs;
    silence.heldBack = 0;
    return heldBack;
  }
}
