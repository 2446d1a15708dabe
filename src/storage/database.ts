import { setTimeout as delay } from 'node:timers/promises';
import { Pool, type QueryResultRow } from 'pg';
import type { ComponentHealth } from '../health';
import type { Logger } from '../log';
import { type DatabaseSpans, statementFailed } from '../telemetry/spans-database';
import { Outcomes } from './outcomes';
import { messageOf, persistErrorType } from './persist-error';

export interface DatabaseOptions {
  /** Holds the password: it goes to the driver and nowhere else. */
  readonly url: string;
  /** The server ends a statement that runs longer. */
  readonly statementTimeoutMs: number;
  readonly connectionTimeoutMs?: number;
  readonly maxConnections?: number;
}

/** The server ends a statement in time; this much later it counts as unreachable and the connection is given up. */
const SILENT_SERVER_GRACE_MS = 5000;

/** The machine's connections to Postgres. */
export class Database {
  private readonly pool: Pool;
  private readonly outcomes = new Outcomes();

  constructor(
    options: DatabaseOptions,
    log: Logger,
    private readonly spans?: DatabaseSpans,
  ) {
    this.pool = new Pool({
      connectionString: options.url,
      max: options.maxConnections ?? 8,
      statement_timeout: options.statementTimeoutMs,
      query_timeout: options.statementTimeoutMs + SILENT_SERVER_GRACE_MS,
      connectionTimeoutMillis: options.connectionTimeoutMs ?? 5000,
      idle_in_transaction_session_timeout: 60_000,
      keepAlive: true,
      application_name: 'trader-machine',
    });
    // Without a listener, an idle connection that the server ends would end this process.
    this.pool.on('error', (error) => {
      log.warn(
        { reason: messageOf(error) },
        'An idle database connection broke; the next query opens a new one',
      );
    });
  }

  /** @throws Error of the driver; `persistErrorType` sorts it */
  async query<Row extends QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const span = this.spans?.statement(text);
    try {
      const { rows } = await this.pool.query<Row>(text, [...values]);
      this.outcomes.answered();
      return rows;
    } catch (error) {
      this.outcomes.failed(error);
      const { code } = error as { code?: unknown };
      statementFailed(span, persistErrorType(error), messageOf(error), code);
      throw error;
    } finally {
      span?.end();
    }
  }

  health(): ComponentHealth {
    return this.outcomes.health();
  }

  /** Ends the connections; one that is still busy after `withinMs` is left to the end of the process. */
  async close(withinMs = 500): Promise<void> {
    const patience = new AbortController();
    const ended = this.pool.end().finally(() => patience.abort());
    await Promise.race([ended, delay(withinMs, undefined, { ref: false, signal: patience.signal })]).catch(
      () => {},
    );
  }
}
