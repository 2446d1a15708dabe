import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import type { Logger } from '../log';
import type { Database } from './database';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Rows of one statement: a table that was never cleaned must not run into the statement timeout. */
const SLICE = 5000;

const HISTORIES = [
  { table: 'trader_executions', time: 'boundary' },
  { table: 'machine_events', time: 'at' },
] as const;

/** Deletes history that is too old to be looked at. Signals and their analyses are kept for ever. */
export class Retention {
  private timer: NodeJS.Timeout | undefined;

  /** @param days 0 keeps everything */
  constructor(
    private readonly database: Database,
    private readonly days: number,
    private readonly log: Logger,
    private readonly now: () => number = Date.now,
  ) {}

  start(): void {
    if (this.days === 0) return;
    // Nothing of what starts it: it goes on for as long as the machine does.
    context.with(ROOT_CONTEXT, () => {
      this.timer = setInterval(() => void this.clean(), HOUR_MS).unref();
      void this.clean();
    });
  }

  stop(): void {
    clearInterval(this.timer);
  }

  async clean(): Promise<void> {
    const before = new Date(this.now() - this.days * DAY_MS);
    try {
      for (const { table, time } of HISTORIES) {
        const deleteSlice = `delete from ${table} where ctid in (select ctid from ${table} where ${time} < $1 limit ${SLICE}) returning 1`;
        while ((await this.database.query(deleteSlice, [before])).length === SLICE);
      }
    } catch (error) {
      this.log.warn(
        { err: error },
        'Old executions and events could not be deleted; trying again in an hour',
      );
    }
  }
}
