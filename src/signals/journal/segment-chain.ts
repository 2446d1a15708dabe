import type { Signal } from '../signal';
import type { ChainObserver, ChainOptions } from './chain-contract';
import { segmentPath } from './journal-files';
import { encodeAcknowledged, encodeSignal } from './record';
import { Segment } from './segment';
import { SegmentRemoval } from './segment-removal';
import { WaitingSignals } from './waiting-signals';

/** Signals written in one turn: after a failure thousands may wait, and the trader goes on meanwhile. */
const MOST_PER_TURN = 200;

/**
 * Which unacknowledged signal is in which segment. Segments go from the oldest on, and only when every signal in them
 * is acknowledged: an acknowledgement is never older than its signal, so none outlives the other's file.
 */
export class SegmentChain {
  readonly waiting = new WaitingSignals();
  private segments: Segment[] = [];
  private writable = false;
  /** Until then, what failed segments hold may be nowhere else. */
  private recovered = true;
  /** Files whose signals are in newer ones, or will be: they go once those are on the disk. */
  private replaced: string[] = [];
  private nextNumber = 1;
  private readonly removal = new SegmentRemoval();

  constructor(
    private readonly options: ChainOptions,
    private readonly observer: ChainObserver,
  ) {}

  /** @param nextNumber above those of `files`, which another process wrote and `resume` replaces */
  takeOver(files: readonly string[], nextNumber: number): void {
    this.replaced = [...files];
    this.nextNumber = nextNumber;
  }

  isJournalled(id: string): boolean {
    return this.waiting.get(id)?.segment !== undefined;
  }

  put(signal: Signal): void {
    this.waiting.add(signal);
    if (this.writable) this.record();
  }

  settle(signals: readonly Signal[]): void {
    const written = signals.map(({ id }) => id).filter((id) => this.waiting.remove(id));
    if (this.writable && written.length > 0) this.segmentFor(0).append(encodeAcknowledged(written));
    this.prune();
    if (this.writable) this.record();
  }

  /** Begins a segment with all that waits. @returns true once that is on the disk, and what it replaces is gone */
  async resume(): Promise<boolean> {
    // Where nothing waits to be written anew, a full disk gets room before it is asked for some.
    if (this.waiting.outside === 0) await this.removal.files(this.replaced.splice(0));
    this.writable = true;
    this.rotate();
    let left = true;
    while (left) {
      left = this.record();
      if (!(await this.durable())) return false;
    }
    this.recovered = true;
    await this.removal.files(this.replaced.splice(0));
    this.prune();
    return true;
  }

  /** @returns true once all that was recorded so far is on the disk, false when it will not be */
  async durable(): Promise<boolean> {
    const whole = this.segments.filter((segment) => !segment.hasFailed);
    const answers = await Promise.all(whole.map((segment) => segment.durable()));
    return answers.every(Boolean) && this.writable;
  }

  /** Leaves no file behind where nothing waits. */
  async close(): Promise<void> {
    await Promise.all([this.removal.done(), ...this.segments.map((segment) => segment.close())]);
    this.writable = false;
    if (this.waiting.size > 0) return;
    await this.removal.files(this.replaced.splice(0));
    await this.removal.segments(this.segments.splice(0));
  }

  /** Writes down what is in no file, as far as there is room. @returns whether more of it is to be written */
  private record(): boolean {
    let left = MOST_PER_TURN;
    for (const waiting of this.waiting.inNoFile()) {
      if (left-- === 0) return true;
      const frame = encodeSignal(waiting.signal);
      if (this.bytes() + frame.length > this.options.maxBytes) {
        this.observer.overfull(this.waiting.outside);
        return false;
      }
      const segment = this.segmentFor(frame.length);
      this.waiting.wroteTo(waiting, segment);
      segment.append(frame);
    }
    this.observer.roomAgain();
    return false;
  }

  private bytes(): number {
    return this.segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  private segmentFor(bytes: number): Segment {
    const last = this.segments.at(-1);
    return last === undefined || last.bytes + bytes > this.options.segmentBytes ? this.rotate() : last;
  }

  private rotate(): Segment {
    void this.segments.at(-1)?.close();
    const path = segmentPath(this.options.folder, this.nextNumber++);
    const segment: Segment = new Segment(path, this.options.openFile, (error) => this.fail(segment, error));
    this.segments.push(segment);
    return segment;
  }

  private prune(): void {
    if (this.replaced.length > 0) return;
    while (this.isDone(this.segments[0])) void this.removal.segments(this.segments.splice(0, 1));
  }

  private isDone(oldest: Segment | undefined): boolean {
    if (oldest === undefined || oldest.unacknowledged > 0) return false;
    if (oldest.hasFailed) return this.recovered || this.waiting.outside === 0;
    return this.segments.length > 1;
  }

  /** What the failed segment holds may be whole or not: what waits in it is written anew. The others stand. */
  private fail(segment: Segment, error: unknown): void {
    if (!this.segments.includes(segment)) return;
    this.waiting.forgetFile(segment);
    this.recovered = false;
    if (segment.isEmpty) void this.removal.segments(this.segments.splice(this.segments.indexOf(segment), 1));
    else void segment.close();
    if (!this.writable) return;
    this.writable = false;
    this.observer.failed(error);
  }
}
