import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Signal } from '../../src/signals/signal';
import { StateWriter } from '../../src/signals/writer';
import { Database } from '../../src/storage/database';
import { migrate } from '../../src/storage/migrations';
import { SignalRepository } from '../../src/storage/signal-repository';
import { logLines } from '../support/log-lines';
import { startPostgres, type TestPostgres } from '../support/postgres';
import { aSignal, imbalance, LABELS, signalMeter, TRADER_ID, until } from '../support/signal-fixtures';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
  await migrate(postgres.url, logLines().log);
});
afterAll(() => postgres.stop());

it('L19: a batch whose commit is never acknowledged is written again without a second row', async () => {
  const meter = signalMeter();
  const { log } = logLines();
  const database = new Database({ url: postgres.url, statementTimeoutMs: 5000 }, log);
  const repository = new SignalRepository(database);
  let lostAnswers = 2;
  const signals = {
    insert: async (batch: readonly Signal[]) => {
      await repository.insert(batch);
      if (lostAnswers-- > 0) throw new Error('Query read timeout');
    },
  };
  const ignored = { insert: async () => {} };
  const writer = new StateWriter(
    { signals, executions: ignored, events: ignored },
    { flushIntervalMs: 1, backoffBaseMs: 1 },
    { signal: meter.signal, sync: meter.sync },
    log,
  );
  for (let count = 0; count < 30; count++) writer.addSignal(aSignal(), LABELS);
  writer.start();
  await until(() => writer.depth('signals') === 0);
  const [row] = await database.query<{ count: string }>('select count(*) from signals');
  expect(row?.count).toBe('30');
  expect(await meter.value('signals_persisted_total', { trader_id: TRADER_ID })).toBe(30);
  expect(await imbalance(meter, writer)).toBe(0);
  await writer.stop(1000);
  await database.close();
});
