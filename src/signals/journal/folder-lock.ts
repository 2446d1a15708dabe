/** One process per folder. Of two that share one, the second would take the first one's signals for left ones. */
import { readFileSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Owner {
  readonly pid: number;
  /** Tells a process from a later one with the same id; empty where the system does not say. */
  readonly startedAt: string;
}

/** A lock that vanishes between two looks at it is being let go or taken over. */
const ATTEMPTS = 5;

/**
 * A file that names its owner. It appears whole, by a link. Who takes over a dead owner's moves it away first and looks
 * at what was moved: of two that do so at once, one finds the other's and gives it back.
 *
 * Processes are told apart by id, so containers with ids of their own must not share a folder.
 */
export class FolderLock {
  private readonly path: string;
  private held: string | undefined;

  constructor(private readonly folder: string) {
    this.path = join(folder, 'lock');
  }

  /** Makes the folder where there is none. @throws Error, in a clause, when a live process has it; or the system's */
  async take(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const own = `${this.path}.${process.pid}`;
    const name = JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) });
    await writeFile(own, name);
    try {
      for (let attempt = 0; attempt < ATTEMPTS && this.held === undefined; attempt++) {
        if (await linked(own, this.path)) this.held = name;
        else await this.clearDead();
      }
      if (this.held === undefined) throw new Error(`${this.folder} is being taken over by other processes`);
    } finally {
      await rm(own, { force: true });
    }
  }

  async release(): Promise<void> {
    const { held } = this;
    this.held = undefined;
    if (held !== undefined && (await textOf(this.path)) === held) await rm(this.path, { force: true });
  }

  private async clearDead(): Promise<void> {
    const found = await textOf(this.path);
    if (found === undefined) return;
    const owner = parsed(found);
    if (owner !== undefined && isAlive(owner))
      throw new Error(`${this.folder} is in use by another running trader (process ${owner.pid})`);
    const aside = `${this.path}.stale.${process.pid}`;
    await rename(this.path, aside).catch(() => {});
    const moved = await textOf(aside);
    if (moved !== undefined && moved !== found) await linked(aside, this.path);
    await rm(aside, { force: true });
  }
}

async function linked(own: string, lock: string): Promise<boolean> {
  try {
    await link(own, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

const textOf = (path: string) => readFile(path, 'utf8').catch(() => undefined);

function parsed(text: string): Owner | undefined {
  try {
    const { pid, startedAt } = JSON.parse(text) as Partial<Owner>;
    return typeof pid === 'number' && pid > 0 ? { pid, startedAt: String(startedAt ?? '') } : undefined;
  } catch {
    return undefined;
  }
}

/** After a restart of a container another process, or this one, may have the dead owner's id. */
function isAlive(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startOf(owner.pid) === owner.startedAt;
}

/** A killed process keeps its id until its parent has heard of its end. */
const DEAD = ['Z', 'X'];

/** Boot and, in it, the tick in which the process started. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function startOf(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may hold spaces.
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return DEAD.includes(afterName[0] ?? '') ? 'dead' : `${boot} ${afterName[19]}`;
  } catch {
    return '';
  }
}
