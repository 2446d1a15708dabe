import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createSegmentFile, type OpenSegmentFile } from '../../../src/signals/journal/journal-files';
import { aSignal, until } from '../../support/signal-fixtures';
import { idsOf, Journals } from './journals';

const journals = new Journals();
afterAll(() => journals.end());

const systemError = (code: string) => Object.assign(new Error(`${code}: as the system says it`), { code });

/** A disk that fails where it is told to. */
class Disk {
  failing: 'open' | 'write' | 'datasync' | 'hang' | undefined;
  syncs = 0;

  readonly openFile: OpenSegmentFile = async (path) => {
    if (this.failing === 'open') throw systemError('EROFS');
    const file = await createSegmentFile(path);
    return {
      write: async (bytes) => {
        if (this.failing === 'hang') return new Promise(() => {});
        if (this.failing !== 'write') return file.write(bytes);
        await file.write(bytes.subarray(0, 20));
        throw systemError('ENOSPC');
      },
      datasync: async () => {
        this.syncs++;
        if (this.failing === 'datasync') throw systemError('EIO');
        await file.datasync();
      },
      close: () => file.close(),
    };
  };
}

async function onDisk() {
  const disk = new Disk();
  return { disk, ...(await journals.start(journals.folder(), { openFile: disk.openFile })) };
}

describe.each(['write', 'datasync', 'open'] as const)('while the disk refuses to %s', (fault) => {
  it('signals go on, one line says so, and what waits is written once the disk works again', async () => {
    const { disk, journal, folder, lines } = await onDisk();
    const [early, during, settled, late] = [aSignal(), aSignal(), aSignal(), aSignal()];
    journal.add(early);
    await journal.durable(5000);
    if (fault === 'open') {
      // A file is only opened at the start of a segment: break the one that is open first.
      disk.failing = 'write';
      journal.add(aSignal({ id: 'breaks' }));
      await until(() => journal.health().status === 'degraded');
      journal.settle([aSignal({ id: 'breaks' })]);
    }
    disk.failing = fault;
    for (const signal of [during, settled]) journal.add(signal);
    await until(() => journal.health().status === 'degraded');
    expect(journal.holds(early)).toBe(false);
    expect(journal.health().detail).toMatch(/does not hold \d of the signals that wait/);
    journal.settle([settled]);
    await new Promise((resolve) => setTimeout(resolve, 60));
    disk.failing = undefined;
    await until(() => journal.health().status === 'ok');
    journal.add(late);
    await journal.durable(5000);
    expect(lines('error')).toHaveLength(1);
    expect(lines('error')[0]).toMatch(/takes no signals.*E(NOSPC|IO|ROFS).*every/);
    expect(lines('info').at(-1)).toMatch(/works again and holds \d signals/);
    await until(() => journals.files(folder).length === 1);
    const next = await journals.start(journals.crashed(folder));
    expect(idsOf(next.found)).toEqual(idsOf([early, during, late]));
  });
});

describe('a disk that fills up', () => {
  it('keeps what is on it, and gets room from what the database takes', async () => {
    const folder = journals.folder();
    const used = () =>
      journals.files(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    const openFile: OpenSegmentFile = async (path) => {
      if (used() >= 60_000) throw systemError('ENOSPC');
      const file = await createSegmentFile(path);
      const write = async (bytes: Buffer) => {
        if (used() + bytes.length > 60_000) throw systemError('ENOSPC');
        return file.write(bytes);
      };
      return { write, datasync: () => file.datasync(), close: () => file.close() };
    };
    const { journal } = await journals.start(folder, { openFile, segmentBytes: 10_000 });
    const signals = Array.from({ length: 300 }, () => aSignal());
    for (const signal of signals) {
      journal.add(signal);
      await new Promise(setImmediate);
    }
    await until(() => journal.health().status === 'degraded');
    const held = signals.filter((signal) => journal.holds(signal));
    expect(held.length).toBeGreaterThan(50);
    const { found } = await journals.start(journals.crashed(folder));
    expect(idsOf(found)).toEqual(expect.arrayContaining(idsOf(held)));
    journal.settle(signals.slice(0, 280));
    await until(() => journal.health().status === 'ok');
    await journal.durable(5000);
    const next = await journals.start(journals.crashed(folder));
    expect(idsOf(next.found)).toEqual(expect.arrayContaining(idsOf(signals.slice(280))));
    journal.settle(signals);
    await journal.close(5000);
    expect(journals.files(folder)).toEqual([]);
  });
});

describe('a disk that does not answer', () => {
  it('holds nothing up: not the adding, not the executions behind the signals, not the end', async () => {
    const { disk, journal } = await onDisk();
    await journal.durable(5000);
    disk.failing = 'hang';
    const startedMs = performance.now();
    for (let count = 0; count < 100; count++) journal.add(aSignal());
    await journal.durable(50);
    await journal.close(50);
    expect(performance.now() - startedMs).toBeLessThan(5000);
  });
});

describe('the number of syncs', () => {
  it('follows the time, not the signals', async () => {
    const { disk, journal } = await onDisk();
    await journal.durable(5000);
    const [before, startedMs] = [disk.syncs, performance.now()];
    for (let added = 0; performance.now() - startedMs < 150; added++) {
      if (added % 4 === 0) journal.add(aSignal());
      await new Promise(setImmediate);
    }
    await journal.durable(5000);
    const elapsedMs = performance.now() - startedMs;
    // Timers of 5 ms may fire one early.
    expect(disk.syncs - before).toBeLessThanOrEqual(elapsedMs / 4 + 2);
  });
});

describe('a folder that cannot be used', () => {
  it('leaves the trader without a journal, says why in one line, and is taken once it can be', async () => {
    const folder = journals.folder();
    writeFileSync(folder, 'a file where the folder should be');
    const { journal, found, lines } = await journals.start(folder);
    const signal = aSignal();
    journal.add(signal);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(lines('error')).toEqual([
      expect.stringMatching(/no signal journal.*cannot be opened: E(EXIST|NOTDIR)/),
    ]);
    expect(journal.health().status).toBe('degraded');
    expect(journal.holds(signal)).toBe(false);
    rmSync(folder);
    await until(() => journal.health().status === 'ok');
    await journal.durable(5000);
    expect(found).toEqual([]);
    expect((await journals.start(journals.crashed(folder))).found).toEqual([signal]);
  });

  it('is left to the process that has it; the second takes over what the first leaves', async () => {
    const first = await journals.start(journals.folder());
    const [kept, own] = [aSignal(), aSignal()];
    first.journal.add(kept);
    const second = await journals.start(first.folder);
    second.journal.add(own);
    expect(second.found).toEqual([]);
    expect(second.lines('error')).toEqual([
      expect.stringMatching(`in use by another running trader \\(process ${process.pid}\\)`),
    ]);
    await first.journal.close(5000);
    await until(() => second.found.length > 0);
    expect(second.found).toEqual([kept]);
    await until(() => second.journal.holds(own));
  });

  it.each([
    ['no process', { pid: 2 ** 22 + 1, startedAt: '' }],
    ['a later process with the same id', { pid: process.pid, startedAt: 'another boot 1' }],
    ['nobody, in broken words', 'half a lo'],
  ])('is taken from a dead owner: the lock names %s', async (_who, owner) => {
    const folder = journals.folder();
    mkdirSync(folder);
    writeFileSync(join(folder, 'lock'), typeof owner === 'string' ? owner : JSON.stringify(owner));
    const { lines } = await journals.start(folder);
    expect(lines('error')).toEqual([]);
    expect(JSON.parse(readFileSync(join(folder, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid });
  });
});

describe('a full journal', () => {
  it('takes no more signals, says so once, and takes those that wait when there is room', async () => {
    const small = { maxBytes: 8000, segmentBytes: 2000 };
    const { journal, folder, lines } = await journals.start(journals.folder(), small);
    const signals = Array.from({ length: 60 }, () => aSignal());
    for (const signal of signals) journal.add(signal);
    const held = signals.filter((signal) => journal.holds(signal));
    expect(held.length).toBeGreaterThan(10);
    expect(held.length).toBeLessThan(30);
    expect(journal.health().detail).toContain(`does not hold ${60 - held.length} of`);
    expect(lines('error')).toEqual([expect.stringMatching(/is full with/)]);
    journal.settle(signals.slice(0, 50));
    await until(() => journal.health().status === 'ok');
    await journal.durable(5000);
    expect(lines('info').at(-1)).toMatch(/has room again/);
    const next = await journals.start(journals.crashed(folder));
    expect(idsOf(next.found)).toEqual(idsOf(signals.slice(50)));
  });
});
