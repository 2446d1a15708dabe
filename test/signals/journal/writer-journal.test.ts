import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { withCarried } from '../../../src/signals/journal/carried-matches';
import { afterSignals } from '../../../src/signals/journal/journal-observer';
import { NoJournal } from '../../../src/signals/journal/no-journal';
import { SignalJournal } from '../../../src/signals/journal/signal-journal';
import type { Signal } from '../../../src/signals/signal';
import { StateWriter } from '../../../src/signals/writer';
import { capturedLog } from '../../support/captured-log';
import {
  aSignal,
  BOUNDARY_MS,
  imbalance,
  LABELS,
  signalMeter,
  TRADER_ID,
  until,
} from '../../support/signal-fixtures';
import { idsOf, Journals } from './journals';

const journals = new Journals();
afterAll(() => journals.end());

type Insert = (signals: readonly Signal[]) => Promise<void>;
const refused = async () => {
  throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
};

/** A writer and its journal, as one process has them; `table` is the database that all processes share. */
async function aProcess(folder: string, table: Map<string, Signal>, insert?: Insert, capacity = 1000) {
  const meter = signalMeter();
  const { log, lines } = capturedLog();
  const store: Insert = async (signals) => {
    for (const signal of signals) if (!table.has(signal.id)) table.set(signal.id, signal);
  };
  const none = { insert: async () => {} };
  const journal = new SignalJournal(folder, log, { retryMs: 20 });
  const writer = new StateWriter(
    { signals: { insert: insert ?? store }, executions: none, events: none },
    {
      flushIntervalMs: 1,
      backoffBaseMs: 1,
      backoffLimitMs: 2,
      capacity: { signals: capacity, metrics: 1, events: 1 },
    },
    meter,
    log,
    journal,
  );
  const carried = await writer.recover();
  writer.start();
  return { writer, meter, lines, journal, carried };
}

describe('StateWriter with a journal', () => {
  it('counts a carried signal as generated and stored by the process that stores it, detected by none anew', async () => {
    const [folder, table] = [journals.folder(), new Map<string, Signal>()];
    const killed = await aProcess(folder, table, refused);
    const signals = [aSignal(), aSignal({ symbol: 'ETHUSDT' })];
    for (const signal of signals) killed.writer.addSignal(signal, LABELS);
    await killed.journal.durable(5000);
    const next = await aProcess(journals.crashed(folder), table);
    expect(next.carried).toEqual(signals);
    expect(await imbalance(next.meter, next.writer)).toBe(0);
    await until(() => table.size === 2);
    await until(() => next.writer.depth('signals') === 0);
    expect(await next.meter.sum('signals_generated_total')).toBe(2);
    expect(await next.meter.sum('trader_signals_total')).toBe(2);
    expect(await next.meter.value('signals_persisted_total', { trader_id: TRADER_ID })).toBe(2);
    expect(await next.meter.value('signal_latency_seconds', { stage: 'detected' })).toBe(0);
    expect(await next.meter.value('signal_latency_seconds', { stage: 'persisted' })).toBe(2);
    await killed.writer.stop(1);
    await next.writer.stop(1000);
  });

  it('a match that is found again while its signal is carried over is not counted and not stored twice', async () => {
    const [folder, table] = [journals.folder(), new Map<string, Signal>()];
    const killed = await aProcess(folder, table, refused);
    const signal = aSignal();
    killed.writer.addSignal(signal, LABELS);
    await killed.journal.durable(5000);
    const next = await aProcess(journals.crashed(folder), table, refused);
    next.writer.addSignal({ ...signal }, LABELS);
    expect(next.writer.depth('signals')).toBe(1);
    expect(await next.meter.sum('signals_generated_total')).toBe(1);
    await Promise.all([killed.writer.stop(1), next.writer.stop(1)]);
  });

  it('at its end leaves in the journal what the database did not take, still counted as queued', async () => {
    const [folder, table] = [journals.folder(), new Map<string, Signal>()];
    const stopped = await aProcess(folder, table, refused);
    const signals = [aSignal(), aSignal()];
    for (const signal of signals) stopped.writer.addSignal(signal, LABELS);
    await stopped.writer.stop(50);
    expect(stopped.lines('warn').at(-1)).toMatch(/^2 signals stay in the journal/);
    expect(stopped.writer.depth('signals')).toBe(2);
    expect(await stopped.meter.sum('signals_dropped_total')).toBe(0);
    expect(await imbalance(stopped.meter, stopped.writer)).toBe(0);
    const next = await aProcess(folder, table);
    await next.writer.stop(1000);
    expect([...table.keys()]).toEqual(idsOf(signals));
  });

  it('does not bring back a signal that was given up: refused by the database, or the oldest of too many', async () => {
    const [folder, table] = [journals.folder(), new Map<string, Signal>()];
    const refusing = async () => {
      throw Object.assign(new Error('check constraint'), { code: '23514' });
    };
    const first = await aProcess(folder, table, refusing);
    first.writer.addSignal(aSignal(), LABELS);
    await until(() => first.writer.depth('signals') === 0);
    await first.writer.stop(1000);
    const second = await aProcess(folder, table, refused, 2);
    const signals = [aSignal(), aSignal(), aSignal()];
    for (const signal of signals) second.writer.addSignal(signal, LABELS);
    expect(await second.meter.value('signals_dropped_total', { reason: 'queue_overflow' })).toBe(1);
    await second.writer.stop(10);
    const third = await aProcess(folder, table);
    expect(idsOf(third.carried)).toEqual(idsOf(signals.slice(1)));
    await third.writer.stop(1000);
  });

  it('any outages and kills: what was on the disk is stored once, and every page adds up', async () => {
    const life = fc.record({
      bursts: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 5 }),
      database: fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }),
      ends: fc.constantFrom('kill', 'stop'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 4 }), async (lives) => {
        const table = new Map<string, Signal>();
        const safe: Signal[] = [];
        let folder = journals.folder();
        for (const { bursts, database, ends } of lives) {
          let turn = 0;
          const now = await aProcess(folder, table, async (signals) => {
            await new Promise(setImmediate);
            if (!database[turn++ % database.length]) return refused();
            for (const signal of signals) table.set(signal.id, signal);
          });
          for (const size of bursts) {
            const signals = Array.from({ length: size }, () => aSignal());
            for (const signal of signals) now.writer.addSignal(signal, LABELS);
            expect(await imbalance(now.meter, now.writer)).toBe(0);
            await now.journal.durable(5000);
            safe.push(...signals);
          }
          if (ends === 'kill') folder = journals.crashed(folder);
          await now.writer.stop(1);
          expect(await imbalance(now.meter, now.writer)).toBe(0);
        }
        const last = await aProcess(folder, table);
        await last.writer.stop(5000);
        expect([...table.keys()].sort()).toEqual(idsOf(safe).sort());
      }),
      { numRuns: 25 },
    );
  });
});

describe('the order of executions and signals', () => {
  it('an execution reaches the database only after the signals before it are on the disk', async () => {
    const { journal, folder } = await journals.start(journals.folder());
    const signal = aSignal();
    let onDiskAtInsert: readonly Signal[] = [];
    const sink = afterSignals<string>(journal, {
      insert: async () => {
        onDiskAtInsert = (await journals.start(journals.crashed(folder))).found;
      },
    });
    journal.add(signal);
    await sink.insert(['execution']);
    expect(onDiskAtInsert).toEqual([signal]);
  });

  it('without a journal nothing is waited for, and the log says what a kill would lose', async () => {
    const { log, lines } = capturedLog();
    const journal = new NoJournal(log);
    await journal.open();
    expect(lines('info')).toEqual([
      expect.stringMatching(/DATA_DIR is not set.*lost if this process is killed/),
    ]);
    expect(journal.health()).toEqual({ status: 'ok', detail: expect.stringContaining('DATA_DIR') });
    const inserted: string[] = [];
    await afterSignals<string>(journal, { insert: async (items) => void inserted.push(...items) }).insert([
      'one',
    ]);
    expect(inserted).toEqual(['one']);
  });
});

describe('matches whose screening was not stored', () => {
  const row = { traderId: TRADER_ID, revision: 'r1', interval: '1m', boundaryMs: BOUNDARY_MS } as const;
  const later = (minutes: number, symbol: string, more: Partial<Signal> = {}) =>
    aSignal({ boundaryMs: BOUNDARY_MS + minutes * 60_000, symbol, ...more });

  it('go on by their carried signals', () => {
    expect(
      withCarried([{ ...row, symbols: ['BTCUSDT'] }], [later(1, 'ETHUSDT'), later(1, 'BTCUSDT')]),
    ).toEqual([{ ...row, boundaryMs: BOUNDARY_MS + 60_000, symbols: ['BTCUSDT', 'ETHUSDT'] }]);
  });

  it('leave rows alone that are as new, of other traders, or of another interval', () => {
    const rows = [{ ...row, symbols: ['BTCUSDT'] }];
    const others = [later(0, 'A'), later(1, 'B', { traderId: 'other' }), later(1, 'C', { interval: '5m' })];
    expect(withCarried(rows, others)).toEqual(rows);
  });

  it('do not revive what matched long before', () => {
    const [last] = withCarried([{ ...row, symbols: ['BTCUSDT'] }], [later(5, 'ETHUSDT')]);
    expect(last?.symbols).toEqual(['ETHUSDT']);
  });
});
