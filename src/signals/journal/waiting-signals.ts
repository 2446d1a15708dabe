import type { Signal } from '../signal';
import type { Segment } from './segment';

export interface WaitingSignal {
  readonly signal: Signal;
  /** Undefined while the signal is in no file. */
  segment: Segment | undefined;
}

/** The signals that the database has not acknowledged, and which file each is in. */
export class WaitingSignals {
  private readonly byId = new Map<string, WaitingSignal>();
  private readonly unwritten = new Set<WaitingSignal>();

  get size(): number {
    return this.byId.size;
  }

  get outside(): number {
    return this.unwritten.size;
  }

  get(id: string): WaitingSignal | undefined {
    return this.byId.get(id);
  }

  add(signal: Signal): void {
    if (this.byId.has(signal.id)) return;
    const waiting: WaitingSignal = { signal, segment: undefined };
    this.byId.set(signal.id, waiting);
    this.unwritten.add(waiting);
  }

  /** Those in no file, oldest first; the set may shrink on the way. */
  inNoFile(): Iterable<WaitingSignal> {
    return this.unwritten;
  }

  wroteTo(waiting: WaitingSignal, segment: Segment): void {
    this.unwritten.delete(waiting);
    waiting.segment = segment;
    segment.unacknowledged++;
  }

  /** @returns true when the signal is in a file, which has to learn that it waits no more */
  remove(id: string): boolean {
    const waiting = this.byId.get(id);
    if (waiting === undefined) return false;
    this.byId.delete(id);
    this.unwritten.delete(waiting);
    if (waiting.segment === undefined) return false;
    waiting.segment.unacknowledged--;
    return true;
  }

  /** The file cannot be trusted: what waits in it has to be written anew. */
  forgetFile(segment: Segment): void {
    for (const waiting of this.byId.values()) {
      if (waiting.segment !== segment) continue;
      waiting.segment = undefined;
      this.unwritten.add(waiting);
    }
    segment.unacknowledged = 0;
  }
}
