import type { ComponentHealth } from '../../health';
import type { Logger } from '../../log';
import type { Damage } from './journal-files';

const AT_RISK = 'new signals that wait for the database are lost if this process is killed';

/** What the operator is told of the journal: log lines and health. A state is said when it begins and when it ends. */
export class JournalReport {
  private trouble: string | undefined = 'it has not been opened yet';
  private told = false;
  private full = false;

  constructor(
    private readonly folder: string,
    private readonly log: Logger,
  ) {}

  damaged({ file, atByte, keptRecords, problem }: Damage): void {
    this.log.error(
      { file, atByte, keptRecords },
      `The signal journal's ${file} is damaged at byte ${atByte}: ${problem}. The ${keptRecords} records before it count; the file is set aside`,
    );
  }

  opened(carriedOver: number): void {
    this.trouble = undefined;
    const left =
      carriedOver === 0
        ? 'nothing was left in it'
        : `${carriedOver} signals that the database had not acknowledged are queued again`;
    this.log.info({ folder: this.folder, carriedOver }, `The signal journal is in ${this.folder}: ${left}`);
  }

  unavailable(error: unknown, retryInMs: number): void {
    this.fails('There is no signal journal', `it cannot be opened: ${messageOf(error)}`, retryInMs);
  }

  unwritable(error: unknown, retryInMs: number): void {
    this.fails('The signal journal takes no signals', `it cannot be written: ${messageOf(error)}`, retryInMs);
  }

  works(kept: number): void {
    this.trouble = undefined;
    if (!this.told) return;
    this.told = false;
    this.log.info({ folder: this.folder, kept }, `The signal journal works again and holds ${kept} signals`);
  }

  overfull(outside: number, maxBytes: number): void {
    if (this.full) return;
    this.full = true;
    this.log.error(
      { folder: this.folder, outside },
      `The signal journal is full with ${Math.round(maxBytes / 1024 ** 2)} MiB: until the database takes signals, new ones are not journalled and are lost if this process is killed`,
    );
  }

  roomAgain(): void {
    if (!this.full) return;
    this.full = false;
    this.log.info('The signal journal has room again and holds every signal that waits for the database');
  }

  left(count: number): void {
    this.log.warn(
      { folder: this.folder, count },
      `${count} signals stay in the journal: the machine stopped before the database took them, its next start writes them`,
    );
  }

  /** @param outside signals that wait for the database and are not in the journal */
  health(outside: number): ComponentHealth {
    if (this.trouble === undefined && !this.full) return { status: 'ok', detail: '' };
    const why = this.trouble ?? 'it is full';
    return {
      status: 'degraded',
      detail: `The signal journal does not hold ${outside} of the signals that wait: ${why}`,
    };
  }

  private fails(what: string, trouble: string, retryInMs: number): void {
    this.trouble = trouble;
    if (this.told) return;
    this.told = true;
    this.log.error(
      { folder: this.folder },
      `${what}: ${trouble}. Until it works, ${AT_RISK}; tried again every ${retryInMs / 1000} s`,
    );
  }
}

function messageOf(error: unknown): string {
  return (error as Partial<Error> | null)?.message ?? String(error);
}
