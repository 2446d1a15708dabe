import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeSignal } from '../../../src/signals/journal/record';
import type { Signal } from '../../../src/signals/signal';
import { aSignal, until } from '../../support/signal-fixtures';
import { idsOf, Journals } from './journals';

const journals = new Journals();
afterAll(() => journals.end());

describe('SignalJournal', () => {
  it('gives the next process what was not acknowledged, as it was and in its order', async () => {
    const first = await journals.start(journals.folder());
    const signals = Array.from({ length: 5 }, () => aSignal());
    for (const signal of signals) first.journal.add(signal);
    first.journal.settle([signals[1] as Signal, signals[3] as Signal]);
    await first.journal.durable(5000);
    const second = await journals.start(journals.crashed(first.folder));
    expect(second.found).toEqual([signals[0], signals[2], signals[4]]);
    expect(second.journal.carries(signals[0]?.id ?? '')).toBe(true);
    expect(second.lines('info')).toEqual([expect.stringContaining('3 signals that the database had not')]);
  });

  it('keeps what it took over through a second crash, and through a third', async () => {
    const { journal, folder } = await journals.start(journals.folder());
    const signal = aSignal();
    journal.add(signal);
    await journal.durable(5000);
    let crashed = journals.crashed(folder);
    for (let crash = 0; crash < 3; crash++) {
      const next = await journals.start(crashed);
      expect(next.found).toEqual([signal]);
      crashed = journals.crashed(crashed);
    }
  });

  it('leaves no file where every signal was acknowledged', async () => {
    const { journal, folder } = await journals.start(journals.folder());
    const signals = Array.from({ length: 50 }, () => aSignal());
    for (const signal of signals) journal.add(signal);
    journal.settle(signals);
    await journal.close(5000);
    expect(journals.files(folder)).toEqual([]);
  });

  it('leaves no file of many either, although it stops in the turn that acknowledges them', async () => {
    const { journal, folder } = await journals.start(journals.folder(), { segmentBytes: 1000 });
    const signals = Array.from({ length: 50 }, () => aSignal());
    for (const signal of signals) journal.add(signal);
    await journal.durable(5000);
    journal.settle(signals);
    await journal.close(5000);
    expect(journals.files(folder)).toEqual([]);
  });

  it('is given up by a clean stop to the next process, with what still waits', async () => {
    const { journal, folder } = await journals.start(journals.folder());
    const signal = aSignal();
    journal.add(signal);
    await journal.close(5000);
    const next = await journals.start(folder);
    expect(next.found).toEqual([signal]);
  });

  it('goes on to a new segment when one is full, and removes the oldest once all in it is acknowledged', async () => {
    const { journal, folder } = await journals.start(journals.folder(), { segmentBytes: 2000 });
    const signals = Array.from({ length: 40 }, () => aSignal());
    for (const signal of signals) journal.add(signal);
    await journal.durable(5000);
    const many = journals.files(folder).length;
    expect(many).toBeGreaterThan(5);
    journal.settle(signals.slice(0, 39));
    await until(() => journals.files(folder).length < many / 2);
    await journal.durable(5000);
    const next = await journals.start(journals.crashed(folder));
    expect(next.found).toEqual([signals[39]]);
  });

  it('keeps a segment whose signals are all acknowledged while an older one is not', async () => {
    const { journal, folder } = await journals.start(journals.folder(), { segmentBytes: 2000 });
    const signals = Array.from({ length: 40 }, () => aSignal());
    for (const signal of signals) journal.add(signal);
    journal.settle(signals.slice(1));
    await journal.durable(5000);
    const next = await journals.start(journals.crashed(folder));
    expect(next.found).toEqual([signals[0]]);
  });

  it('takes a signal once, and one that comes again after its acknowledgement anew', async () => {
    const { journal, folder } = await journals.start(journals.folder());
    const signal = aSignal();
    journal.add(signal);
    journal.add({ ...signal });
    await journal.durable(5000);
    expect((await journals.start(journals.crashed(folder))).found).toEqual([signal]);
    journal.settle([signal]);
    await journal.durable(5000);
    expect((await journals.start(journals.crashed(folder))).found).toEqual([]);
    journal.add(signal);
    await journal.durable(5000);
    expect((await journals.start(journals.crashed(folder))).found).toEqual([signal]);
  });
});

describe('SignalJournal: damage', () => {
  async function damaged(damage: (file: string) => void) {
    const { journal, folder } = await journals.start(journals.folder());
    const signals = [aSignal(), aSignal()];
    for (const signal of signals) journal.add(signal);
    await journal.durable(5000);
    const crashed = journals.crashed(folder);
    damage(join(crashed, journals.files(crashed)[0] ?? ''));
    return { signals, next: await journals.start(crashed) };
  }

  it('skips a half-written tail, says which file and where, and sets it aside', async () => {
    const { signals, next } = await damaged((file) =>
      appendFileSync(file, encodeSignal(aSignal()).subarray(0, 99)),
    );
    expect(next.found).toEqual(signals);
    expect(next.lines('error')).toEqual([
      expect.stringMatching(
        /00000001\.journal is damaged at byte \d+: the record is cut short\. The 2 records/,
      ),
    ]);
    expect(journals.files(next.folder)).toContain('00000001.journal.damaged');
    const third = await journals.start(journals.crashed(next.folder));
    expect(third.found).toEqual(signals);
    expect(third.lines('error')).toEqual([]);
  });

  it('takes a file that is no journal for a damaged one', async () => {
    const { next } = await damaged((file) => writeFileSync(file, 'something else entirely'));
    expect(next.found).toEqual([]);
    expect(next.lines('error')).toEqual([expect.stringContaining('does not begin like a journal')]);
  });

  it('with any byte of the folder changed or cut, starts, and has of the records before it each', async () => {
    const { journal, folder } = await journals.start(journals.folder());
    const signals = Array.from({ length: 6 }, () => aSignal());
    for (const signal of signals) journal.add(signal);
    await journal.durable(5000);
    const whole = readFileSync(join(folder, '00000001.journal'));
    const ends = signals.map((_, index) => whole.length - sizeOf(signals.slice(index + 1)));
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.boolean(), async (byte, cut) => {
        const crashed = journals.crashed(folder);
        const bytes = cut ? whole.subarray(0, byte) : Buffer.from(whole);
        if (!cut) bytes[byte] = (bytes[byte] ?? 0) ^ 0x10;
        writeFileSync(join(crashed, '00000001.journal'), bytes);
        const next = await journals.start(crashed);
        expect(next.found).toEqual(signals.slice(0, ends.filter((end) => end <= byte).length));
        await next.journal.close(1000);
      }),
      { numRuns: 60 },
    );
  });
});

const sizeOf = (signals: readonly Signal[]) =>
  signals.reduce((sum, signal) => sum + encodeSignal(signal).length, 0);

describe('SignalJournal: any life', () => {
  type Step = 'add' | 'settle' | 'durable' | 'restart' | 'crash' | 'turn';
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.constant<Step>('add') },
    { weight: 4, arbitrary: fc.constant<Step>('settle') },
    { weight: 1, arbitrary: fc.constantFrom<Step>('durable', 'restart', 'crash', 'turn') },
  );

  /** What the files must hold, must not hold, and may hold, since no sync has been waited for. */
  class Model {
    readonly waiting = new Map<string, Signal>();
    private sure = new Set<string>();
    private gone = new Set<string>();
    private justSettled = new Set<string>();

    add(signal: Signal): void {
      this.waiting.set(signal.id, signal);
    }

    settle(count: number): Signal[] {
      const settled = [...this.waiting.values()].filter((_, index) => index % 3 !== 1).slice(0, count);
      for (const { id } of settled) {
        this.waiting.delete(id);
        this.justSettled.add(id);
      }
      return settled;
    }

    durable(): void {
      this.sure = new Set(this.waiting.keys());
      for (const id of this.justSettled) this.gone.add(id);
      this.justSettled.clear();
    }

    check(found: readonly string[]): void {
      expect(new Set(found).size).toBe(found.length);
      expect(found.filter((id) => this.gone.has(id))).toEqual([]);
      expect(found.filter((id) => !this.waiting.has(id) && !this.justSettled.has(id))).toEqual([]);
      expect([...this.sure].filter((id) => this.waiting.has(id) && !found.includes(id))).toEqual([]);
    }

    recovered(found: readonly Signal[]): void {
      for (const id of this.waiting.keys()) if (!idsOf(found).includes(id)) this.gone.add(id);
      this.waiting.clear();
      this.justSettled.clear();
      for (const signal of found) this.add(signal);
      this.durable();
    }
  }

  it('a crash anywhere leaves exactly the unacknowledged signals that were on the disk', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(step, fc.integer({ min: 1, max: 12 })), { minLength: 5, maxLength: 60 }),
        async (steps) => {
          const model = new Model();
          let now = await journals.start(journals.folder(), { segmentBytes: 1500 });
          for (const [what, count] of steps) {
            if (what === 'add') {
              for (const signal of Array.from({ length: count }, () => aSignal())) {
                model.add(signal);
                now.journal.add(signal);
              }
            } else if (what === 'settle') now.journal.settle(model.settle(count));
            else if (what === 'turn') await new Promise((resolve) => setTimeout(resolve, count % 3));
            else {
              if (what !== 'crash') {
                await (what === 'durable' ? now.journal.durable(5000) : now.journal.close(5000));
                model.durable();
              }
              if (what === 'durable') continue;
              const next = await journals.start(
                what === 'crash' ? journals.crashed(now.folder) : now.folder,
                {
                  segmentBytes: 1500,
                },
              );
              model.check(idsOf(next.found));
              model.recovered(next.found);
              await now.journal.close(1000);
              now = next;
            }
          }
          await now.journal.close(1000);
          model.durable();
          const last = await journals.start(now.folder);
          expect(idsOf(last.found).sort()).toEqual([...model.waiting.keys()].sort());
          await last.journal.close(1000);
        },
      ),
      { numRuns: 60 },
    );
  });
});
