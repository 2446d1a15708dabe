/** Journals in folders of their own, and what a crash would leave of one. */
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JournalOptions, SignalJournal } from '../../../src/signals/journal/signal-journal';
import type { Signal } from '../../../src/signals/signal';
import { capturedLog } from '../../support/captured-log';

export class Journals {
  private readonly home = mkdtempSync(join(tmpdir(), 'signal-journal-'));
  private readonly open: SignalJournal[] = [];
  private count = 0;

  folder(): string {
    return join(this.home, String(this.count++));
  }

  /** @returns an open journal, the signals it found and what it logged */
  async start(folder: string, options: JournalOptions = {}) {
    const { log, lines } = capturedLog();
    const journal = new SignalJournal(folder, log, { retryMs: 20, ...options });
    this.open.push(journal);
    const found: Signal[] = [];
    await journal.open((signals) => found.push(...signals));
    return { journal, found, lines, folder };
  }

  /** The files as they are now, in a folder of another name: what `kill -9` leaves, without the end of a process. */
  crashed(folder: string): string {
    const copy = this.folder();
    cpSync(folder, copy, { recursive: true, filter: (path) => !/lock/.test(path.slice(folder.length)) });
    return copy;
  }

  files(folder: string): string[] {
    return readdirSync(folder).filter((name) => name !== 'lock');
  }

  async end(): Promise<void> {
    await Promise.all(this.open.map((journal) => journal.close(1000)));
    rmSync(this.home, { recursive: true, force: true });
  }
}

export const idsOf = (signals: readonly Signal[]) => signals.map(({ id }) => id);
