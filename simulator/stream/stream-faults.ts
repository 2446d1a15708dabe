/** Faults of streams and their payloads. Patterns name a stream, or all of them with `*`. */
export class StreamFaults {
  /** Every push repeats the newest event instead of a new one. */
  frozen = false;
  microseconds = false;
  extraFields = false;
  /** Closes are spread evenly over this long instead of coming at once. */
  closeSpreadMs = 0;
  /** How many of the next events are cut off in the middle. */
  truncateNext = 0;
  readonly silent = new Set<string>();
  readonly droppedCloses = new Set<string>();
  readonly doubledCloses = new Set<string>();
  /** Pattern to milliseconds. */
  readonly delayedCloses = new Map<string, number>();
  /** Stream to the milliseconds that its next event is dated back. */
  readonly olderEvents = new Map<string, number>();
  /** Stream to the candles that its next event lies back. */
  readonly olderCandles = new Map<string, number>();

  isSilent(stream: string): boolean {
    return matches(this.silent, stream);
  }

  dropsClose(stream: string): boolean {
    return matches(this.droppedCloses, stream);
  }

  doublesClose(stream: string): boolean {
    return matches(this.doubledCloses, stream);
  }

  closeDelayMs(stream: string): number {
    return this.delayedCloses.get(stream) ?? this.delayedCloses.get('*') ?? 0;
  }

  get damages(): boolean {
    return this.truncateNext > 0 || this.extraFields;
  }

  /** The event as it goes out: whole, cut off, or with fields that no one documented. */
  damage(event: string): string {
    if (this.truncateNext > 0) {
      this.truncateNext--;
      return event.slice(0, Math.floor(event.length / 2));
    }
    if (this.extraFields && event.startsWith('{')) return `${event.slice(0, -1)},"zz":{"new":[1,"2",null]}}`;
    return event;
  }

  /** Takes the fault of a stream's next event, if one waits. */
  static take(waiting: Map<string, number>, stream: string): number {
    const key = waiting.has(stream) ? stream : '*';
    const value = waiting.get(key) ?? 0;
    waiting.delete(key);
    return value;
  }
}

function matches(patterns: ReadonlySet<string>, stream: string): boolean {
  return patterns.size > 0 && (patterns.has(stream) || patterns.has('*'));
}
