import type { ComponentHealth } from '../../health';
import type { Logger } from '../../log';
import type { Journal } from './journal';

/** Where no folder was named for one. */
export class NoJournal implements Journal {
  constructor(private readonly log: Logger) {}

  async open(): Promise<void> {
    this.log.info(
      'DATA_DIR is not set, so there is no signal journal: signals that wait for the database are lost if this process is killed',
    );
  }

  add(): void {}
  settle(): void {}
  leave(): void {}
  async durable(): Promise<void> {}
  async close(): Promise<void> {}

  carries(): boolean {
    return false;
  }

  holds(): boolean {
    return false;
  }

  health(): ComponentHealth {
    return { status: 'ok', detail: 'There is no signal journal: DATA_DIR is not set.' };
  }
}
