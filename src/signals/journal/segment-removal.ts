import { removeSegments } from './journal-files';
import type { Segment } from './segment';

/**
 * Removes files one after the other, in the order in which they are given: were a younger one gone first, a crash
 * would leave signals without the record that acknowledges them.
 */
export class SegmentRemoval {
  private last: Promise<void> = Promise.resolve();

  files(paths: readonly string[]): Promise<void> {
    this.last = this.last.then(() => removeSegments(paths));
    return this.last;
  }

  async segments(segments: readonly Segment[]): Promise<void> {
    const closed = Promise.all(segments.map((segment) => segment.close()));
    this.last = this.last.then(async () => void (await closed));
    await this.files(segments.map(({ path }) => path));
  }

  /** When all that was given so far is gone. */
  done(): Promise<void> {
    return this.last;
  }
}
