import type { Config } from '../config';
import type { Logger } from '../log';
import { AnalysisRepository } from '../storage/analysis-repository';
import { Database } from '../storage/database';
import { EventRepository } from '../storage/event-repository';
import { ExecutionRepository } from '../storage/execution-repository';
import { migrate } from '../storage/migrations';
import { Retention } from '../storage/retention';
import { SignalRepository } from '../storage/signal-repository';
import { TraderRepository } from '../storage/trader-repository';
import { DatabaseSpans } from '../telemetry/spans-database';
import { BUILT_IN_TRADERS } from '../traders/built-in-traders';
import type { Telemetry } from './telemetry';

export type Storage = ReturnType<typeof assembleStorage>;

export function assembleStorage(config: Config, { spans }: Telemetry, log: Logger) {
  const { databaseUrl: url, statementTimeoutMs } = config;
  const database = new Database({ url, statementTimeoutMs }, log, new DatabaseSpans(spans, url));
  const traders = new TraderRepository(database);
  return {
    database,
    traders,
    signals: new SignalRepository(database),
    analyses: new AnalysisRepository(database),
    executions: new ExecutionRepository(database),
    events: new EventRepository(database),
    retention: new Retention(database, config.historyDays, log),
    /** Brings the schema up to date and stores the built-in traders. Safe to repeat. */
    async prepare(): Promise<void> {
      await migrate(url, log);
      await traders.upsertBuiltIns(BUILT_IN_TRADERS);
    },
  };
}
