import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import type { StoredAnalysis } from '../../src/signals/analysis';
import { AnalysisRepository } from '../../src/storage/analysis-repository';
import { Database } from '../../src/storage/database';
import { EventRepository } from '../../src/storage/event-repository';
import { ExecutionRepository } from '../../src/storage/execution-repository';
import { migrate } from '../../src/storage/migrations';
import { persistErrorType } from '../../src/storage/persist-error';
import { SignalRepository } from '../../src/storage/signal-repository';
import { TraderRepository } from '../../src/storage/trader-repository';
import type { TraderRow } from '../../src/storage/trader-row';
import { logLines } from '../support/log-lines';
import { startPostgres, type TestPostgres } from '../support/postgres';
import { anEvent, anExecution, aSignal, BOUNDARY_MS, TRADER_ID } from '../support/signal-fixtures';

let postgres: TestPostgres;
let client: Client;
let database: Database;

beforeAll(async () => {
  postgres = await startPostgres();
  await migrate(postgres.url, logLines().log);
  client = await postgres.connect();
  database = new Database({ url: postgres.url, statementTimeoutMs: 5000 }, logLines().log);
});
afterAll(async () => {
  await database.close();
  await postgres.stop();
});
beforeEach(() =>
  client.query('truncate traders, signals, signal_analyses, trader_executions, machine_events'),
);

const typeOfFailure = (result: Promise<unknown>) => result.then(() => 'none', persistErrorType);

function aTrader(overrides: Partial<TraderRow> = {}): TraderRow {
  const filter = { code: 'return true', refreshInterval: '1m' };
  return { id: randomUUID(), name: 'Mine', enabled: true, isBuiltIn: false, filter, ...overrides };
}

const anAnalysis = (signalId: string): StoredAnalysis => ({
  signalId,
  traderId: TRADER_ID,
  decision: 'wait',
  confidence: 0.5,
  reasoning: 'Nothing speaks for it.',
  keyLevels: { support: [1], resistance: [2], stop: null, target: null },
  technicalIndicators: { rsi_14: 50 },
  modelName: 'technical-1',
  latencyMs: 12.5,
});

describe('TraderRepository', () => {
  const traders = () => new TraderRepository(database);

  it('loads enabled traders, built-in ones first, with their filters as objects', async () => {
    const own = aTrader();
    await traders().insert(own);
    await traders().insert(aTrader({ enabled: false }));
    const builtIn = aTrader({ name: 'Volume Spike', isBuiltIn: true });
    await traders().upsertBuiltIns([builtIn]);
    expect(await traders().loadEnabled()).toEqual([builtIn, own]);
  });

  it('brings built-in traders up to date and leaves the operator’s choice alone', async () => {
    const builtIn = aTrader({ isBuiltIn: true });
    await traders().upsertBuiltIns([builtIn]);
    await traders().update({ ...builtIn, enabled: false });
    await traders().upsertBuiltIns([{ ...builtIn, name: 'Renamed', filter: { code: 'return false' } }]);
    const { rows } = await client.query('select name, enabled, filter from traders');
    expect(rows).toEqual([{ name: 'Renamed', enabled: false, filter: { code: 'return false' } }]);
  });

  it('does not touch a built-in trader that is up to date', async () => {
    const builtIn = aTrader({ isBuiltIn: true });
    const updatedAt = async () => (await client.query('select updated_at from traders')).rows[0].updated_at;
    await traders().upsertBuiltIns([builtIn]);
    const before = await updatedAt();
    await traders().upsertBuiltIns([builtIn]);
    expect(await updatedAt()).toEqual(before);
  });

  it('says whether there was a trader to change or remove', async () => {
    const own = aTrader();
    await traders().insert(own);
    expect(await traders().update({ ...own, name: 'Other' })).toBe(true);
    expect(await traders().remove(own.id)).toBe(true);
    expect(await traders().remove(own.id)).toBe(false);
    expect(await traders().update(own)).toBe(false);
  });
});

describe('SignalRepository', () => {
  it('finds again, as they were, a machine’s own signals that nobody has analysed, newest first', async () => {
    const signals = new SignalRepository(database);
    const [done, older, newer] = [0, 1, 2].map((age) => aSignal({ createdAtMs: BOUNDARY_MS + 1000 * age }));
    const elsewhere = aSignal({ machineId: 'machine-2', createdAtMs: BOUNDARY_MS + 3000 });
    const tooOld = aSignal({ createdAtMs: BOUNDARY_MS - 3_600_000 });
    await signals.insert([done!, older!, newer!, elsewhere, tooOld]);
    await new AnalysisRepository(database).insert(anAnalysis(done!.id));
    expect(await signals.unanalysed('machine-1', BOUNDARY_MS - 1000, 10)).toEqual([newer, older]);
    expect(await signals.unanalysed('machine-1', BOUNDARY_MS - 1000, 1)).toEqual([newer]);
  });

  it('stores a signal in the columns that its readers expect', async () => {
    const signal = aSignal();
    await new SignalRepository(database).insert([signal]);
    const { rows } = await client.query('select * from signals');
    expect(rows).toEqual([
      {
        id: signal.id,
        trader_id: TRADER_ID,
        trader_name: 'RSI Oversold',
        symbol: 'BTCUSDT',
        interval: '1m',
        boundary: new Date(BOUNDARY_MS),
        price: 50_000.5,
        change_percent: -1.25,
        quote_volume: 1e9,
        matched_conditions: ['RSI < 30', 'volume "high"'],
        status: 'new',
        source: 'cloud',
        machine_id: 'machine-1',
        trace_id: null,
        created_at: new Date(BOUNDARY_MS + 120),
        stored_at: expect.any(Date),
      },
    ]);
  });

  it('stores which trace found a signal', async () => {
    const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
    await new SignalRepository(database).insert([aSignal({ trace })]);
    expect((await client.query('select trace_id from signals')).rows).toEqual([{ trace_id: trace.traceId }]);
  });

  it('keeps a signal whose trader is gone', async () => {
    await new SignalRepository(database).insert([aSignal({ traderId: randomUUID() })]);
    expect((await client.query('select 1 from signals')).rowCount).toBe(1);
  });

  it('stores the same signal once, in one batch or two', async () => {
    const signals = new SignalRepository(database);
    const signal = aSignal();
    await signals.insert([
      signal,
      signal,
      aSignal({ changePercent: null, quoteVolume: null, conditions: [] }),
    ]);
    await signals.insert([signal]);
    expect((await client.query('select 1 from signals')).rowCount).toBe(2);
  });

  it.each([
    ['no UUID', { traderId: 'builtin-rsi' }],
    ['a price that is no number', { price: Number.NaN }],
    ['an infinite price', { price: Number.POSITIVE_INFINITY }],
    ['a negative price', { price: -1 }],
    ['no symbol', { symbol: '' }],
    ['a NUL character', { conditions: ['a\u0000b'] }],
    ['half a surrogate pair', { conditions: ['\ud800'] }],
  ])('refuses a row with %s as a constraint, and the whole statement with it', async (_, overrides) => {
    const result = new SignalRepository(database).insert([aSignal(), aSignal(overrides)]);
    expect(await typeOfFailure(result)).toBe('constraint');
    expect((await client.query('select 1 from signals')).rowCount).toBe(0);
  });

  it('stores any text there is in a condition', async () => {
    const text = `'"\\{},[]; drop table signals; -- 𝌆 é\n\t`;
    await new SignalRepository(database).insert([aSignal({ conditions: [text, ''] })]);
    const { rows } = await client.query('select matched_conditions from signals');
    expect(rows[0].matched_conditions).toEqual([text, '']);
  });
});

describe('AnalysisRepository', () => {
  it('stores an analysis beside its signal and keeps the first', async () => {
    const signal = aSignal();
    await new SignalRepository(database).insert([signal]);
    const analyses = new AnalysisRepository(database);
    await analyses.insert(anAnalysis(signal.id));
    await analyses.insert({ ...anAnalysis(signal.id), decision: 'bad_setup' });
    const { rows } = await client.query(
      'select decision, key_levels, technical_indicators from signal_analyses',
    );
    expect(rows).toEqual([
      {
        decision: 'wait',
        key_levels: { support: [1], resistance: [2], stop: null, target: null },
        technical_indicators: { rsi_14: 50 },
      },
    ]);
  });

  it('refuses an analysis of a signal that is not stored, as a constraint', async () => {
    const result = new AnalysisRepository(database).insert(anAnalysis(randomUUID()));
    expect(await typeOfFailure(result)).toBe('constraint');
  });
});

describe('ExecutionRepository', () => {
  const executions = () => new ExecutionRepository(database);

  it('stores executions once per trader, interval, boundary and machine', async () => {
    await executions().insert([anExecution(), anExecution({ machineId: 'machine-2' })]);
    await executions().insert([anExecution({ evaluated: 1 })]);
    const { rows } = await client.query(
      'select machine_id, evaluated, skipped, started_at, matched_symbols from trader_executions order by 1',
    );
    expect(rows).toHaveLength(2);
    expect(rows[0]).toEqual({
      machine_id: 'machine-1',
      evaluated: 98,
      skipped: anExecution().skipped,
      started_at: new Date(BOUNDARY_MS + 20),
      matched_symbols: ['BTCUSDT', 'ETHUSDT'],
    });
  });

  it('gives the last screening of each enabled trader, whichever machine ran it, errors left out', async () => {
    const off = randomUUID();
    const traders = new TraderRepository(database);
    await traders.insert(aTrader({ id: TRADER_ID }));
    await traders.insert(aTrader({ id: off, enabled: false }));
    await traders.insert(aTrader());
    const next = BOUNDARY_MS + 60_000;
    await executions().insert([
      anExecution(),
      anExecution({ boundaryMs: next, machineId: 'machine-2', matchedSymbols: ['SOLUSDT'], revision: 'r2' }),
      anExecution({ boundaryMs: next + 60_000, errorType: 'timeout', matchedSymbols: [] }),
      anExecution({ traderId: off }),
    ]);
    expect(await executions().lastMatches()).toEqual([
      { traderId: TRADER_ID, revision: 'r2', interval: '1m', boundaryMs: next, symbols: ['SOLUSDT'] },
    ]);
  });
});

describe('EventRepository', () => {
  it('stores an event once', async () => {
    const event = anEvent({ detail: { reason: 'SIGTERM', uptime: 1.5, clean: true, note: null } });
    const events = new EventRepository(database);
    await events.insert([event, event]);
    await events.insert([event]);
    const { rows } = await client.query('select * from machine_events');
    expect(rows).toEqual([
      {
        id: event.id,
        machine_id: 'machine-1',
        type: 'started',
        at: new Date(BOUNDARY_MS),
        detail: event.detail,
      },
    ]);
  });
});

describe('Database', () => {
  it('lets the server end a statement that runs too long: SQLSTATE 57014', async () => {
    const hasty = new Database({ url: postgres.url, statementTimeoutMs: 50 }, logLines().log);
    await expect(hasty.query('select pg_sleep(10)')).rejects.toMatchObject({ code: '57014' });
    expect(hasty.health()).toMatchObject({
      status: 'degraded',
      detail: expect.stringContaining('statement timeout'),
    });
    await hasty.query('select 1');
    expect(hasty.health().status).toBe('ok');
    await hasty.close();
  });

  it('shows the password of its URL nowhere when it may not enter', async () => {
    const { log, text } = logLines();
    const url = postgres.url.replace(':test@', ':canary-password@');
    const stranger = new Database({ url, statementTimeoutMs: 1000 }, log);
    expect(await typeOfFailure(stranger.query('select 1'))).toBe('auth');
    expect(JSON.stringify(stranger.health()) + text()).not.toContain('canary-password');
    await stranger.close();
  });

  it('outlives idle connections that the server ends', async () => {
    const { log, lines } = logLines();
    const own = new Database({ url: postgres.url, statementTimeoutMs: 1000, maxConnections: 1 }, log);
    const [{ pid } = { pid: 0 }] = await own.query<{ pid: number }>('select pg_backend_pid() as pid');
    await client.query('select pg_terminate_backend($1, 5000)', [pid]);
    await expect(own.query('select 1').catch(() => own.query('select 1'))).resolves.toHaveLength(1);
    expect(lines.map(({ msg }) => msg)).toEqual([expect.stringContaining('idle database connection')]);
    await own.close();
  });
});
