/** Postgres refuses to run as root. This starts a program as somebody else when we are root, and as ourselves if not. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { chownSync, existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const NOBODY = 65_534;

/** Who the server runs as: an owner's ids, or null for the present user. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Root takes the owner of an existing data directory, else `nobody`; everybody else is themselves. */
export function accountFor(dataDir: string): Account | null {
  if (process.getuid?.() !== 0) return null;
  const owner = existsSync(dataDir) ? statSync(dataDir) : undefined;
  return owner !== undefined && owner.uid !== 0
    ? { uid: owner.uid, gid: owner.gid }
    : { uid: NOBODY, gid: NOBODY };
}

export function giveTo(account: Account | null, path: string): void {
  if (account === null) return;
  chownSync(path, account.uid, account.gid);
  if (!lstatSync(path).isDirectory()) return;
  for (const entry of readdirSync(path)) giveTo(account, join(path, entry));
}

/** @param needed paths the program must get at; where only root can reach them, the program keeps that one right. */
export function spawnAs(
  account: Account | null,
  program: string,
  args: readonly string[],
  needed: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  if (account === null) return spawn(program, args, options);
  if ([program, ...needed].every(isReachableByOthers)) {
    return spawn(program, args, { ...options, uid: account.uid, gid: account.gid });
  }
  return spawn('setpriv', [...keepingFileAccess(account), program, ...args], options);
}

/** Under /root, say, nobody else may pass: the new user keeps root's right to ignore file permissions, and only that. */
function keepingFileAccess({ uid, gid }: Account): string[] {
  const capability = '+dac_override';
  return [
    ...['--reuid', String(uid), '--regid', String(gid), '--clear-groups'],
    ...['--inh-caps', capability, '--ambient-caps', capability],
    // access(2) would drop the capability of a user who is not root.
    ...['--securebits', '+no_setuid_fixup'],
  ];
}

const OTHERS_MAY_PASS = 0o001;

function isReachableByOthers(path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & OTHERS_MAY_PASS) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
