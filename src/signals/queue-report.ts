import type { ComponentHealth } from '../health';
import type { Logger } from '../log';
import type { PersistErrorType, QueueType } from '../telemetry/label-values';
import type { ItemName } from './item-name';

/** A queue that overflows does so for every new item: one line each time this many are lost. */
const OVERFLOWS_PER_LINE = 100;

/** What the operator is told of one queue: log lines and health. */
export class QueueReport {
  private lastFailure: string | undefined;
  /** Lost to overflow since something was last written. */
  private overflows = 0;

  constructor(
    private readonly queue: QueueType,
    private readonly capacity: number,
    private readonly log: Logger,
  ) {}

  wrote(): void {
    if (this.lastFailure !== undefined || this.overflows > 0) {
      const lost = this.overflows > 0 ? `; ${this.overflows} were lost to overflow meanwhile` : '';
      this.log.info({ queue: this.queue }, `The ${this.queue} queue is being written again${lost}`);
    }
    this.lastFailure = undefined;
    this.overflows = 0;
  }

  failed(count: number, type: PersistErrorType, message: string, retryInMs: number): void {
    const reason = reasonOf(type, message);
    const retryInSeconds = (retryInMs / 1000).toFixed(1);
    this.lastFailure = reason;
    this.log.warn(
      { queue: this.queue, count, error_type: type },
      `${count} items of the ${this.queue} queue could not be written: ${reason}. They stay queued; the next try is in ${retryInSeconds} s`,
    );
  }

  poisoned({ words, fields }: ItemName, type: PersistErrorType, message: string): void {
    this.log.error(
      { queue: this.queue, error_type: type, ...fields },
      `Dropped the ${words}: the database will not take it (${reasonOf(type, message)})`,
    );
  }

  overflowed(): void {
    this.overflows++;
    if (this.overflows % OVERFLOWS_PER_LINE !== 1) return;
    this.log.error(
      { queue: this.queue, lost: this.overflows, capacity: this.capacity },
      `The ${this.queue} queue is full with ${this.capacity} items: the oldest are dropped for new ones`,
    );
  }

  abandoned(count: number): void {
    this.log.error(
      { queue: this.queue, count },
      `Dropped ${count} items of the ${this.queue} queue: the machine stopped before they could be written`,
    );
  }

  health(): ComponentHealth {
    if (this.overflows > 0) {
      return { status: 'failed', detail: `The ${this.queue} queue is full and drops its oldest items.` };
    }
    if (this.lastFailure === undefined) return { status: 'ok', detail: '' };
    return {
      status: 'degraded',
      detail: `The ${this.queue} queue cannot be written: ${this.lastFailure}`,
    };
  }
}

/** Operators look for "statement timeout"; Postgres says so itself, a server that stays silent does not. */
function reasonOf(type: PersistErrorType, message: string): string {
  const said = type === 'timeout' && !message.includes('statement timeout') ? 'statement timeout, ' : '';
  return `${type}: ${said}${message}`;
}
