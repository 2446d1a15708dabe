import { setTimeout as delay } from 'node:timers/promises';
import type { ComponentHealth } from '../../health';
import type { Logger } from '../../log';
import type { Signal } from '../signal';
import { FolderLock } from './folder-lock';
import type { Journal } from './journal';
import { createSegmentFile, numberOf, type OpenSegmentFile, readJournal, setAside } from './journal-files';
import { JournalReport } from './journal-report';
import { SegmentChain } from './segment-chain';

export interface JournalOptions {
  readonly maxBytes?: number;
  readonly segmentBytes?: number;
  /** Pause before the next try after the folder or a file could not be used. */
  readonly retryMs?: number;
  readonly openFile?: OpenSegmentFile;
}

const MIB = 1024 ** 2;
const DEFAULTS = {
  maxBytes: 64 * MIB,
  segmentBytes: MIB,
  retryMs: 10_000,
  openFile: createSegmentFile,
} satisfies JournalOptions;

/**
 * Keeps every signal that the database has not acknowledged on the disk, so that it outlives this process.
 *
 * Nothing here throws into the trader or holds it up: `add` and `settle` only take note, the file follows. While the
 * disk refuses, signals go on without; once it works, those that still wait are written down together.
 */
export class SignalJournal implements Journal {
  private readonly options: Required<JournalOptions>;
  private readonly report: JournalReport;
  private readonly chain: SegmentChain;
  private readonly carried = new Set<string>();
  private readonly lock: FolderLock;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly folder: string,
    log: Logger,
    options: JournalOptions = {},
  ) {
    this.options = { ...DEFAULTS, ...options };
    this.report = new JournalReport(folder, log);
    this.lock = new FolderLock(folder);
    this.chain = new SegmentChain(
      { ...this.options, folder },
      {
        failed: (error) => this.failed(error),
        overfull: (outside) => this.report.overfull(outside, this.options.maxBytes),
        roomAgain: () => this.report.roomAgain(),
      },
    );
  }

  /** Where the folder cannot be used now, it is tried again. */
  async open(take: (signals: readonly Signal[]) => void): Promise<void> {
    try {
      await this.lock.take();
      if (this.closed) await this.lock.release();
      else await this.takeOver(take);
    } catch (error) {
      await this.lock.release();
      if (this.closed) return;
      this.report.unavailable(error, this.options.retryMs);
      this.retry(() => void this.open(take));
    }
  }

  add(signal: Signal): void {
    if (!this.closed) this.chain.put(signal);
  }

  settle(signals: readonly Signal[]): void {
    for (const { id } of signals) this.carried.delete(id);
    this.chain.settle(signals);
  }

  carries(id: string): boolean {
    return this.carried.has(id);
  }

  holds({ id }: Signal): boolean {
    return this.chain.isJournalled(id);
  }

  async durable(withinMs: number): Promise<void> {
    const done = new AbortController();
    const pause = delay(withinMs, undefined, { ref: false, signal: done.signal }).catch(() => {});
    await Promise.race([this.chain.durable(), pause]);
    done.abort();
  }

  leave(signals: readonly Signal[]): void {
    this.report.left(signals.length);
  }

  /** What waits stays for the next process. */
  async close(withinMs: number): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.timer);
    const closing = this.chain.close().then(() => this.lock.release());
    await Promise.race([closing, delay(withinMs, undefined, { ref: false })]);
  }

  health(): ComponentHealth {
    return this.report.health(this.chain.waiting.outside);
  }

  private async takeOver(take: (signals: readonly Signal[]) => void): Promise<void> {
    const { folder, chain } = this;
    const { unacknowledged, files, damages } = await readJournal(folder);
    for (const damage of damages) this.report.damaged(damage);
    await setAside(folder, damages);
    if (this.closed) return;
    chain.takeOver(files, Math.max(0, ...files.map(numberOf)) + 1);
    const carried = unacknowledged.filter(({ id }) => chain.waiting.get(id) === undefined);
    for (const signal of carried) {
      this.carried.add(signal.id);
      chain.put(signal);
    }
    this.report.opened(carried.length);
    take(carried);
    await this.resume();
  }

  private failed(error: unknown): void {
    this.report.unwritable(error, this.options.retryMs);
    this.retry(() => void this.resume());
  }

  private async resume(): Promise<void> {
    if (await this.chain.resume()) this.report.works(this.chain.waiting.size);
  }

  private retry(step: () => void): void {
    if (!this.closed) this.timer = setTimeout(step, this.options.retryMs).unref();
  }
}
