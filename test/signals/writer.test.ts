import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Sink } from '../../src/signals/batch-write';
import type { Signal } from '../../src/signals/signal';
import { StateWriter } from '../../src/signals/writer';
import type { WriterOptions } from '../../src/signals/writer-options';
import { logLines } from '../support/log-lines';
import {
  anEvent,
  anExecution,
  aSignal,
  imbalance,
  LABELS,
  signalMeter,
  TRADER_ID,
  until,
} from '../support/signal-fixtures';

const sqlError = (code: string, message: string) => Object.assign(new Error(message), { code });
const QUICK: Partial<WriterOptions> = { flushIntervalMs: 5, backoffBaseMs: 2, backoffLimitMs: 5 };

/** A repository that keeps what it is given, until told to do otherwise. */
class FakeSink<Item> implements Sink<Item> {
  readonly batches: Item[][] = [];
  behave: (items: readonly Item[]) => Promise<void> = async () => {};

  async insert(items: readonly Item[]): Promise<void> {
    await this.behave(items);
    this.batches.push([...items]);
  }

  get items(): Item[] {
    return this.batches.flat();
  }
}

function aWriter(options: Partial<WriterOptions> = QUICK) {
  const meter = signalMeter();
  const { log, lines } = logLines();
  const sinks = {
    signals: new FakeSink<Signal>(),
    executions: new FakeSink<ReturnType<typeof anExecution>>(),
    events: new FakeSink<ReturnType<typeof anEvent>>(),
  };
  const writer = new StateWriter(sinks, options, { signal: meter.signal, sync: meter.sync }, log);
  return { writer, meter, sinks, lines };
}

describe('StateWriter: batches', () => {
  it('writes each kind of item through its own repository', async () => {
    const { writer, sinks } = aWriter();
    writer.start();
    const [signal, execution, event] = [aSignal(), anExecution(), anEvent()];
    writer.addSignal(signal, LABELS);
    writer.addExecution(execution);
    writer.addEvent(event);
    await writer.stop(1000);
    expect([sinks.signals.items, sinks.executions.items, sinks.events.items]).toEqual([
      [signal],
      [execution],
      [event],
    ]);
  });

  it('writes a full batch at once, long before the interval', async () => {
    const { writer, sinks } = aWriter({ flushIntervalMs: 3_600_000 });
    writer.start();
    for (let count = 0; count < 250; count++) writer.addSignal(aSignal(), LABELS);
    await until(() => sinks.signals.batches.length === 2);
    expect(sinks.signals.batches.map((batch) => batch.length)).toEqual([100, 100]);
    expect(writer.depth('signals')).toBe(50);
    await writer.stop(1000);
  });

  it('keeps what is added before start and writes it after', async () => {
    const { writer, sinks } = aWriter();
    writer.addSignal(aSignal(), LABELS);
    expect(writer.depth('signals')).toBe(1);
    writer.start();
    await until(() => sinks.signals.items.length === 1);
    await writer.stop(1000);
  });

  it('counts batches of every queue, and how long they took', async () => {
    const { writer, meter } = aWriter();
    writer.addSignal(aSignal(), LABELS);
    writer.addEvent(anEvent());
    writer.start();
    await writer.stop(1000);
    expect(await meter.value('sync_batch_writes_total')).toBe(2);
    expect(await meter.value('sync_write_errors_total')).toBe(0);
    expect(await meter.value('sync_write_duration_ms')).toBe(2);
  });

  it('a queue that cannot be written does not hold up the others', async () => {
    const { writer, sinks } = aWriter();
    sinks.signals.behave = () => new Promise(() => {});
    writer.start();
    writer.addSignal(aSignal(), LABELS);
    writer.addExecution(anExecution());
    writer.addEvent(anEvent());
    await until(() => sinks.executions.items.length === 1 && sinks.events.items.length === 1);
    expect(writer.depth('signals')).toBe(1);
    await writer.stop(20);
  });

  it('tells listeners of each stored signal once, and survives one that throws', async () => {
    const { writer, lines } = aWriter();
    const told: string[] = [];
    writer.onPersisted(() => {
      throw new Error('listener');
    });
    writer.onPersisted(({ id }) => told.push(id));
    const signals = [aSignal(), aSignal()];
    for (const signal of signals) writer.addSignal(signal, LABELS);
    writer.start();
    await writer.stop(1000);
    expect(told).toEqual(signals.map(({ id }) => id));
    expect(lines.some(({ msg }) => msg.includes('stays stored'))).toBe(true);
  });
});

describe('StateWriter: failures', () => {
  it('keeps a batch that timed out, counts each signal’s attempt, and writes it later', async () => {
    const { writer, meter, sinks, lines } = aWriter();
    let refusals = 2;
    sinks.signals.behave = async () => {
      if (refusals-- > 0) throw sqlError('57014', 'canceling statement due to statement timeout');
    };
    for (let count = 0; count < 3; count++) writer.addSignal(aSignal(), LABELS);
    writer.start();
    await until(() => sinks.signals.items.length === 3);
    expect(
      await meter.value('signal_persist_errors_total', { trader_id: TRADER_ID, error_type: 'timeout' }),
    ).toBe(6);
    expect(await meter.value('trader_errors_total', { trader_id: TRADER_ID, error_type: 'persist' })).toBe(6);
    expect(await meter.value('sync_write_errors_total')).toBe(2);
    expect(await meter.value('signals_persisted_total', { trader_id: TRADER_ID })).toBe(3);
    expect(lines.find(({ msg }) => msg.includes('statement timeout'))).toMatchObject({
      error_type: 'timeout',
    });
    await writer.stop(1000);
  });

  it('says "statement timeout" of a server that stayed silent, too', async () => {
    const { writer, sinks, lines } = aWriter();
    sinks.signals.behave = async () => {
      throw new Error('Query read timeout');
    };
    writer.addSignal(aSignal(), LABELS);
    writer.start();
    await until(() => lines.some(({ msg }) => msg.includes('statement timeout')));
    await writer.stop(10);
  });

  it('names trader and symbol of a poison row, drops it alone, and charges only its trader', async () => {
    const { writer, meter, sinks, lines } = aWriter();
    sinks.signals.behave = async (signals) => {
      if (signals.some(({ symbol }) => symbol === 'BADUSDT')) throw sqlError('23514', 'check constraint');
    };
    const other = '22222222-2222-4222-8222-222222222222';
    for (let count = 0; count < 9; count++) writer.addSignal(aSignal({ traderId: other }), LABELS);
    writer.addSignal(aSignal({ symbol: 'BADUSDT' }), LABELS);
    writer.start();
    await until(() => writer.depth('signals') === 0);
    expect(sinks.signals.items).toHaveLength(9);
    expect(await meter.value('signals_dropped_total', { reason: 'constraint' })).toBe(1);
    const errors = (await meter.series('signal_persist_errors_total')).filter(({ value }) => value > 0);
    expect(errors).toEqual([{ labels: { trader_id: TRADER_ID, error_type: 'constraint' }, value: 1 }]);
    const [line] = lines.filter(({ msg }) => msg.includes('BADUSDT'));
    expect(line?.msg).toContain('RSI Oversold');
    expect(await imbalance(meter, writer)).toBe(0);
    await writer.stop(1000);
  });

  it('drops the oldest of a full queue, counts and says it', async () => {
    const { writer, meter, lines } = aWriter({ capacity: { signals: 3, metrics: 1, events: 1 } });
    const signals = Array.from({ length: 5 }, () => aSignal());
    for (const signal of signals) writer.addSignal(signal, LABELS);
    expect(writer.depth('signals')).toBe(3);
    expect(await meter.value('signals_dropped_total', { reason: 'queue_overflow' })).toBe(2);
    expect(
      await meter.value('signal_persist_errors_total', {
        trader_id: TRADER_ID,
        error_type: 'queue_overflow',
      }),
    ).toBe(2);
    expect(lines.filter(({ msg }) => msg.includes('is full'))).toHaveLength(1);
    expect(writer.health().status).toBe('failed');
    expect(await imbalance(meter, writer)).toBe(0);
  });

  it('drops the oldest, too, when those have been tried before', async () => {
    const { writer, sinks } = aWriter({
      ...QUICK,
      backoffBaseMs: 60_000,
      capacity: { signals: 2, metrics: 1, events: 1 },
    });
    const [oldest, older, newest] = [aSignal(), aSignal(), aSignal()];
    let tries = 0;
    sinks.signals.behave = async () => {
      if (tries++ === 0) throw sqlError('ECONNRESET', 'read ECONNRESET');
    };
    for (const signal of [oldest, older]) writer.addSignal(signal, LABELS);
    writer.start();
    await until(() => writer.health().status === 'degraded');
    writer.addSignal(newest, LABELS);
    await writer.stop(1000);
    expect(sinks.signals.items).toEqual([older, newest]);
  });

  it('is degraded while batches fail and well again after one went through', async () => {
    const { writer, sinks } = aWriter();
    let down = true;
    sinks.signals.behave = async () => {
      if (down) throw sqlError('ECONNREFUSED', 'connect ECONNREFUSED');
    };
    writer.addSignal(aSignal(), LABELS);
    writer.start();
    await until(() => writer.health().status === 'degraded');
    down = false;
    await until(() => writer.health().status === 'ok');
    await writer.stop(1000);
  });
});

describe('StateWriter: stopping', () => {
  it('drops what the time does not suffice for, and counts an answer that comes later only once', async () => {
    const { writer, meter, sinks } = aWriter();
    const answers: (() => void)[] = [];
    sinks.signals.behave = () => new Promise((resolve) => answers.push(resolve));
    writer.addSignal(aSignal(), LABELS);
    writer.start();
    await until(() => answers.length === 1);
    await writer.stop(20);
    answers[0]?.();
    await new Promise(setImmediate);
    expect(await meter.value('signals_dropped_total', { reason: 'shutdown' })).toBe(1);
    expect(await meter.value('signals_persisted_total', { trader_id: TRADER_ID })).toBe(0);
    expect(await imbalance(meter, writer)).toBe(0);
  });

  it('tries on through a short failure', async () => {
    const { writer, sinks } = aWriter({ ...QUICK, backoffLimitMs: 60_000, backoffBaseMs: 60_000 });
    let refusals = 2;
    sinks.signals.behave = async () => {
      if (refusals-- > 0) throw sqlError('57P03', 'the database system is starting up');
    };
    writer.addSignal(aSignal(), LABELS);
    writer.start();
    await writer.stop(10_000);
    expect(sinks.signals.items).toHaveLength(1);
  });

  it('counts a signal that comes after the end as dropped', async () => {
    const { writer, meter } = aWriter();
    await writer.stop(10);
    writer.addSignal(aSignal(), LABELS);
    expect(await meter.value('signals_dropped_total', { reason: 'shutdown' })).toBe(1);
    expect(await imbalance(meter, writer)).toBe(0);
  });
});

describe('StateWriter: conservation', () => {
  const fate = fc.constantFrom('ok', 'ok', 'ok', 'network', 'timeout', 'constraint', 'schema', 'slow');
  const codes = { network: 'ECONNRESET', timeout: '57014', constraint: '23514', schema: '42P01' } as const;

  it('generated = persisted + queued + dropped whenever anybody looks, whatever the database does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fate, { minLength: 1, maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 30 }),
        async (fates, bursts, capacity) => {
          const options = { batchSize: 7, flushIntervalMs: 1, backoffBaseMs: 1, backoffLimitMs: 2 };
          const { writer, meter, sinks } = aWriter({
            ...options,
            capacity: { signals: capacity, metrics: 1, events: 1 },
          });
          let turn = 0;
          sinks.signals.behave = async () => {
            const next = fates[turn++ % fates.length] ?? 'ok';
            await new Promise(setImmediate);
            if (next === 'slow') await new Promise((resolve) => setTimeout(resolve, 3));
            else if (next !== 'ok') throw sqlError(codes[next as keyof typeof codes], next);
          };
          writer.start();
          for (const size of bursts) {
            for (let count = 0; count < size; count++) writer.addSignal(aSignal(), LABELS);
            expect(await imbalance(meter, writer)).toBe(0);
            await new Promise(setImmediate);
            expect(await imbalance(meter, writer)).toBe(0);
          }
          await writer.stop(30);
          expect(writer.depth('signals')).toBe(0);
          expect(await imbalance(meter, writer)).toBe(0);
          const persisted = await meter.value('signals_persisted_total', { trader_id: TRADER_ID });
          expect(persisted).toBe(sinks.signals.items.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});
