import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import { AnalysisQueue } from '../../src/signals/analysis-queue';
import { TechnicalAnalyser } from '../../src/signals/technical-analyser';
import { StateWriter } from '../../src/signals/writer';
import type { WriterOptions } from '../../src/signals/writer-options';
import { AnalysisRepository } from '../../src/storage/analysis-repository';
import { Database } from '../../src/storage/database';
import { EventRepository } from '../../src/storage/event-repository';
import { ExecutionRepository } from '../../src/storage/execution-repository';
import { migrate } from '../../src/storage/migrations';
import { SignalRepository } from '../../src/storage/signal-repository';
import { logLines } from '../support/log-lines';
import { startPostgres, type TestPostgres } from '../support/postgres';
import {
  anEvent,
  anExecution,
  aSignal,
  BOUNDARY_MS,
  imbalance,
  LABELS,
  signalMeter,
  someCandles,
  TRADER_ID,
  until,
} from '../support/signal-fixtures';

const TABLES = 'traders, signals, signal_analyses, trader_executions, machine_events';
const QUICK: Partial<WriterOptions> = { flushIntervalMs: 20, backoffBaseMs: 20, backoffLimitMs: 200 };

let postgres: TestPostgres;
let client: Client;

beforeAll(async () => {
  postgres = await startPostgres();
  await migrate(postgres.url, logLines().log);
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  client = await postgres.connect();
  await client.query(`truncate ${TABLES}`);
});

function aMachine(options: Partial<WriterOptions> = QUICK, statementTimeoutMs = 5000) {
  const { log, lines } = logLines();
  const meter = signalMeter();
  const database = new Database({ url: postgres.url, statementTimeoutMs, connectionTimeoutMs: 2000 }, log);
  const repositories = {
    signals: new SignalRepository(database),
    executions: new ExecutionRepository(database),
    events: new EventRepository(database),
  };
  const writer = new StateWriter(repositories, options, { signal: meter.signal, sync: meter.sync }, log);
  const analysis = new AnalysisQueue(
    new TechnicalAnalyser({ recentCandles: () => someCandles(100) }),
    new AnalysisRepository(database),
    { retryDelayMs: 20 },
    meter.signal,
    log,
  );
  writer.onPersisted((signal) => analysis.submit(signal));
  return { writer, analysis, database, meter, lines };
}

const rowsIn = async (table: string) =>
  Number((await client.query(`select count(*) from ${table}`)).rows[0].count);
const errorsOf = (meter: ReturnType<typeof signalMeter>, error_type: string) =>
  meter.value('signal_persist_errors_total', { trader_id: TRADER_ID, error_type });

describe('StateWriter on real Postgres', () => {
  it('lands signals, their analyses, executions and events', async () => {
    const { writer, analysis, database, meter } = aMachine();
    for (let count = 0; count < 30; count++) {
      writer.addSignal(aSignal(), LABELS);
      writer.addExecution(anExecution({ boundaryMs: BOUNDARY_MS + count * 60_000 }));
    }
    writer.addEvent(anEvent());
    writer.start();
    await until(async () => (await meter.value('signals_analyzed_total')) === 30);
    await writer.stop(5000);
    expect(await rowsIn('signals')).toBe(30);
    expect(await rowsIn('signal_analyses')).toBe(30);
    expect(await rowsIn('trader_executions')).toBe(30);
    expect(await rowsIn('machine_events')).toBe(1);
    expect(await meter.value('signal_latency_seconds', { stage: 'analyzed' })).toBe(30);
    await analysis.stop();
    await database.close();
  });

  it('shows a statement timeout, held up by another session’s lock, as error_type="timeout"', async () => {
    const { writer, database, meter, lines } = aMachine(QUICK, 100);
    const release = await postgres.lockTable('signals');
    writer.addSignal(aSignal(), LABELS);
    writer.start();
    await until(async () => ((await errorsOf(meter, 'timeout')) ?? 0) > 0);
    expect(writer.depth('signals')).toBe(1);
    expect(lines.find(({ msg }) => msg.includes('statement timeout'))).toMatchObject({
      error_type: 'timeout',
      queue: 'signals',
    });
    await release();
    await until(() => writer.depth('signals') === 0);
    expect(await rowsIn('signals')).toBe(1);
    expect(await imbalance(meter, writer)).toBe(0);
    await writer.stop(1000);
    await database.close();
  });

  it('loses nothing while the server is killed and restarted under load', async () => {
    const { writer, analysis, database, meter } = aMachine({
      ...QUICK,
      capacity: { signals: 100_000, metrics: 1000, events: 500 },
    });
    const samples: Promise<number>[] = [];
    const sampler = setInterval(() => samples.push(imbalance(meter, writer)), 5);
    let generated = 0;
    const load = setInterval(() => {
      for (let count = 0; count < 5; count++, generated++) writer.addSignal(aSignal(), LABELS);
    }, 2);
    writer.start();
    for (let restarts = 0; restarts < 3; restarts++) {
      await until(async () => writer.depth('signals') < 200);
      await postgres.crash();
      await until(async () => ((await errorsOf(meter, 'network')) ?? 0) > restarts * 10);
      await postgres.start();
    }
    clearInterval(load);
    await writer.stop(20_000);
    await until(() => analysis.pending() === 0);
    clearInterval(sampler);
    client = await postgres.connect();
    expect(await rowsIn('signals')).toBe(generated);
    expect(await meter.value('signals_persisted_total', { trader_id: TRADER_ID })).toBe(generated);
    expect(await meter.sum('signals_dropped_total')).toBe(0);
    const imbalances = await Promise.all(samples);
    expect(imbalances.length).toBeGreaterThan(20);
    expect(imbalances.filter((difference) => difference !== 0)).toEqual([]);
    await analysis.stop();
    await database.close();
  });

  it('isolates poison rows: the rest of the batch lands, the row is named and dropped', async () => {
    const { writer, database, meter, lines } = aMachine();
    for (let count = 0; count < 100; count++) {
      writer.addSignal(aSignal(count % 40 === 7 ? { symbol: `BAD${count}`, price: Number.NaN } : {}), LABELS);
    }
    writer.start();
    await until(() => writer.depth('signals') === 0);
    expect(await rowsIn('signals')).toBe(97);
    expect(await meter.value('signals_dropped_total', { reason: 'constraint' })).toBe(3);
    expect(await errorsOf(meter, 'constraint')).toBe(3);
    const dropped = lines.filter(({ msg }) => msg.startsWith('Dropped'));
    expect(dropped.map(({ symbol }) => symbol).sort()).toEqual(['BAD47', 'BAD7', 'BAD87']);
    await writer.stop(1000);
    await database.close();
  });

  it('keeps every signal while the table is missing and stores them when it is back', async () => {
    const { writer, database, meter } = aMachine();
    await client.query('alter table signals rename to mislaid');
    for (let count = 0; count < 50; count++) writer.addSignal(aSignal(), LABELS);
    writer.start();
    await until(async () => ((await errorsOf(meter, 'schema')) ?? 0) >= 50);
    expect(writer.depth('signals')).toBe(50);
    await client.query('alter table mislaid rename to signals');
    await until(() => writer.depth('signals') === 0);
    expect(await rowsIn('signals')).toBe(50);
    expect(await meter.sum('signals_dropped_total')).toBe(0);
    await writer.stop(1000);
    await database.close();
  });

  it('two machines that detect the same matches store each once', async () => {
    const machines = [aMachine(), aMachine()];
    const signals = Array.from({ length: 150 }, () => aSignal());
    for (const { writer } of machines) {
      for (const signal of signals) writer.addSignal(signal, LABELS);
      writer.start();
    }
    await Promise.all(machines.map(({ writer }) => writer.stop(10_000)));
    expect(await rowsIn('signals')).toBe(150);
    for (const { meter, writer } of machines) expect(await imbalance(meter, writer)).toBe(0);
    await Promise.all(machines.map(({ analysis }) => analysis.stop()));
    await Promise.all(machines.map(({ database }) => database.close()));
  });
});
