import { setTimeout as delay } from 'node:timers/promises';
import type { OpenSegmentFile, SegmentFile } from './journal-files';
import { HEADER } from './record';

/** Between the starts of two syncs: a signal every millisecond costs 200 of them a second, not a thousand. */
const SYNC_PACE_MS = 5;

interface Waiting {
  readonly upTo: number;
  readonly tell: (durable: boolean) => void;
}

/**
 * One file of the journal while it is written. Records are taken at once and never waited for: each turn's go to the
 * file together, and a sync covers all that were written before it began. Writing does not wait for a sync: a slow
 * disk delays what outlives the computer's death, not what outlives the process's.
 */
export class Segment {
  /** The file's length, once all that was appended is written. */
  bytes = 0;
  /** Signals in here that the database has not acknowledged. */
  unacknowledged = 0;
  private pending: Buffer[] = [];
  private file: SegmentFile | undefined;
  private writing: Promise<void> | undefined;
  private syncing: Promise<void> | undefined;
  private written = 0;
  private synced = 0;
  private failed = false;
  private closing = false;
  private waiting: readonly Waiting[] = [];

  constructor(
    readonly path: string,
    private readonly openFile: OpenSegmentFile,
    /** Told once; nothing more is written here after it. */
    private readonly onFailure: (error: unknown) => void,
  ) {
    this.append(HEADER);
  }

  /** Nothing has reached the file for certain. */
  get isEmpty(): boolean {
    return this.written === 0;
  }

  get hasFailed(): boolean {
    return this.failed;
  }

  append(bytes: Buffer): void {
    this.bytes += bytes.length;
    if (this.failed) return;
    this.pending.push(bytes);
    this.writing ??= this.writePending();
  }

  /** @returns true once all that was appended so far is on the disk, false when it will not be */
  durable(): Promise<boolean> {
    return new Promise((tell) => {
      this.waiting = [...this.waiting, { upTo: this.bytes, tell }];
      this.answerWaiting();
    });
  }

  /** Writes and syncs what was appended, and takes no more. */
  async close(): Promise<void> {
    this.closing = true;
    await this.durable();
    await Promise.all([this.writing, this.syncing]);
    await this.file?.close().catch(() => {});
  }

  private async writePending(): Promise<void> {
    try {
      await endOfTurn();
      this.file ??= await this.openFile(this.path);
      while (this.pending.length > 0) {
        const group = Buffer.concat(this.pending.splice(0));
        await writeWhole(this.file, group);
        this.written += group.length;
        this.syncing ??= this.sync(this.file);
      }
    } catch (error) {
      this.fail(error);
    }
    this.writing = undefined;
  }

  private async sync(file: SegmentFile): Promise<void> {
    try {
      while (this.synced < this.written) {
        const [upTo, startedMs] = [this.written, performance.now()];
        await file.datasync();
        this.synced = upTo;
        this.answerWaiting();
        const restMs = SYNC_PACE_MS - (performance.now() - startedMs);
        if (restMs > 0 && !this.closing) await delay(restMs, undefined, { ref: false });
      }
    } catch (error) {
      this.fail(error);
    }
    this.syncing = undefined;
  }

  private answerWaiting(): void {
    const answered = ({ upTo }: Waiting) => this.failed || this.synced >= upTo;
    for (const one of this.waiting.filter(answered)) one.tell(!this.failed);
    this.waiting = this.waiting.filter((one) => !answered(one));
  }

  private fail(error: unknown): void {
    if (this.failed) return;
    this.failed = true;
    this.pending = [];
    this.answerWaiting();
    this.onFailure(error);
  }
}

const endOfTurn = () => new Promise((resolve) => setImmediate(resolve));

async function writeWhole(file: SegmentFile, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes.subarray(at))).bytesWritten;
}
