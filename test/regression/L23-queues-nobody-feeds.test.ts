import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { StateWriter } from '../../src/signals/writer';
import { Database } from '../../src/storage/database';
import { EventRepository } from '../../src/storage/event-repository';
import { ExecutionRepository } from '../../src/storage/execution-repository';
import { migrate } from '../../src/storage/migrations';
import { SignalRepository } from '../../src/storage/signal-repository';
import { logLines } from '../support/log-lines';
import { startPostgres, type TestPostgres } from '../support/postgres';
import { anEvent, anExecution, aSignal, LABELS, signalMeter } from '../support/signal-fixtures';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
  await migrate(postgres.url, logLines().log);
});
afterAll(() => postgres.stop());

it('L23: rows of every queue arrive in its table, and its depth shows on the way', async () => {
  const meter = signalMeter();
  const { log } = logLines();
  const database = new Database({ url: postgres.url, statementTimeoutMs: 5000 }, log);
  const writer = new StateWriter(
    {
      signals: new SignalRepository(database),
      executions: new ExecutionRepository(database),
      events: new EventRepository(database),
    },
    {},
    { signal: meter.signal, sync: meter.sync },
    log,
  );
  meter.sync.observeQueues((queue) => writer.depth(queue));
  writer.addSignal(aSignal(), LABELS);
  writer.addExecution(anExecution());
  writer.addEvent(anEvent());
  for (const queue_type of ['signals', 'metrics', 'events']) {
    expect(await meter.value('sync_queue_depth', { queue_type })).toBe(1);
  }
  await writer.stop(5000);
  for (const table of ['signals', 'trader_executions', 'machine_events']) {
    expect(await database.query(`select 1 from ${table}`)).toHaveLength(1);
  }
  for (const queue_type of ['signals', 'metrics', 'events']) {
    expect(await meter.value('sync_queue_depth', { queue_type })).toBe(0);
  }
  await database.close();
});
