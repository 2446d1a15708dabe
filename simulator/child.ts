import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Starts a Node script of the build with the given environment on top of this process's own. */
export function startNode(args: readonly string[], environment: Record<string, string> = {}): ChildProcess {
  // A group of its own: Ctrl-C in a terminal reaches the launcher alone, which stops the parts in order.
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
    env: { ...process.env, ...environment },
  });
  // Nor may it outlive the launcher, whatever ends that.
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  return child;
}

/** @throws Error when the process ends before it has printed a line. */
export function firstLine(child: ChildProcess, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) =>
      reject(new Error(`The ${name} ended before it was ready (exit code ${code})`)),
    );
    createInterface({ input: child.stdout! }).once('line', resolve);
  });
}

/** Asks the process to stop and waits for it; after `withinMs` it is killed. */
export function stopChild(child: ChildProcess, withinMs = 5000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const killer = setTimeout(() => child.kill('SIGKILL'), withinMs);
    child.once('exit', () => {
      clearTimeout(killer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
