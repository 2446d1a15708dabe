/** The journal's folder: segments by number, oldest first, and damaged ones that were set aside. */
import { copyFile, open, readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Signal } from '../signal';
import { decodeRecords } from './record';

/** What a segment needs of an open file. */
export interface SegmentFile {
  write(bytes: Buffer): Promise<{ readonly bytesWritten: number }>;
  datasync(): Promise<void>;
  close(): Promise<void>;
}

/** Makes a file that did not exist. */
export type OpenSegmentFile = (path: string) => Promise<SegmentFile>;

/** A file that cannot be read to its end. */
export interface Damage {
  readonly file: string;
  readonly atByte: number;
  /** Whole records before that: they count. */
  readonly keptRecords: number;
  /** A clause. */
  readonly problem: string;
}

export interface JournalContent {
  /** In the order in which they were found. */
  readonly unacknowledged: readonly Signal[];
  /** Every segment, oldest first. */
  readonly files: readonly string[];
  readonly damages: readonly Damage[];
}

const SEGMENT = /^(\d{1,15})\.journal$/;
const ASIDE = '.damaged';
/** A disk that breaks something at each start must not fill up with it. */
const MOST_ASIDE = 5;

export function segmentPath(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(8, '0')}.journal`);
}

export function numberOf(path: string): number {
  return Number(SEGMENT.exec(basename(path))?.[1] ?? 0);
}

/** @throws Error of the file system, when the folder itself cannot be read */
export async function readJournal(folder: string): Promise<JournalContent> {
  const names = (await readdir(folder)).filter((name) => SEGMENT.test(name));
  const files = names.map((name) => join(folder, name)).sort((a, b) => numberOf(a) - numberOf(b));
  const open = new Map<string, Signal>();
  const damages: Damage[] = [];
  for (const file of files) {
    const damage = await replay(file, open);
    if (damage !== undefined) damages.push(damage);
  }
  return { unacknowledged: [...open.values()], files, damages };
}

async function replay(file: string, open: Map<string, Signal>): Promise<Damage | undefined> {
  try {
    const { records, validBytes, problem } = decodeRecords(await readFile(file));
    for (const record of records) {
      if ('signal' in record) open.set(record.signal.id, record.signal);
      else for (const id of record.acknowledged) open.delete(id);
    }
    return problem === undefined
      ? undefined
      : { file, atByte: validBytes, keptRecords: records.length, problem };
  } catch (error) {
    return { file, atByte: 0, keptRecords: 0, problem: `it cannot be read (${(error as Error).message})` };
  }
}

/** Durable once it is named: the folder's entry is synced as well as what the file holds. */
export const createSegmentFile: OpenSegmentFile = async (path) => {
  const file = await open(path, 'wx', 0o600);
  await syncFolder(dirname(path)).catch(() => {});
  return file;
};

/** Not every file system can: then the entry is as durable as it makes it. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

/** Oldest first: a signal must go before the record that acknowledges it. */
export async function removeSegments(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true }).catch(() => {});
}

/** A copy for whoever wants to look at it: the file itself goes the way of the others. */
export async function setAside(folder: string, damages: readonly Damage[]): Promise<void> {
  for (const { file } of damages) await copyFile(file, `${file}${ASIDE}`).catch(() => {});
  const aside = (await readdir(folder)).filter((name) => name.endsWith(ASIDE)).sort();
  for (const name of aside.slice(0, -MOST_ASIDE)) await rm(join(folder, name), { force: true });
}
