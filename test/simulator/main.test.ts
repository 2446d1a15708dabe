/** The simulator as a process. Needs the build. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { startSimulator } from '../support/simulator-process';

const MAIN = join(__dirname, '../../dist/simulator/main.js');
const run = promisify(execFile);

describe('the simulator', () => {
  it('says where it listens, takes faults at the start and while it runs, and ends on SIGTERM', async () => {
    const simulator = await startSimulator([
      '--symbols',
      '5',
      '--seed',
      '3',
      '--fault',
      'rest=503,1',
      '--fault',
      'ban',
    ]);
    expect(simulator.wsUrl).toMatch(/^ws:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${simulator.restUrl}/api/v3/ping`)).status).toBe(503);
    expect((await fetch(`${simulator.restUrl}/api/v3/ping`)).status).toBe(200);
    const sent = await fetch(`${simulator.restUrl}/simulator/sent`);
    expect(await sent.json()).toMatchObject({ frames: 0, closes: 0 });
    const body = JSON.stringify({ name: 'rest', value: '418' });
    await fetch(`${simulator.restUrl}/simulator/faults`, { method: 'POST', body });
    expect((await fetch(`${simulator.restUrl}/api/v3/ping`)).status).toBe(418);
    await simulator.stop();
  });

  it('explains itself, with every fault', async () => {
    const { stdout } = await run(process.execPath, [MAIN, '--help']);
    expect(stdout).toContain('--replay DIR');
    expect(stdout).toContain('skip-candles=N[,SYMBOL|*][,INTERVAL][,rest]');
  });

  it.each([
    [['--symbols', 'many'], /--symbols must be a whole number, not "many"/],
    [['--nonsense'], /nonsense/],
    [['--fault', 'nonsense'], /no fault is named "nonsense"/],
    [['--replay', '/nowhere'], /\/nowhere/],
  ])('refuses %j with one line', async (args, message) => {
    const failure = await run(process.execPath, [MAIN, ...args]).catch((error) => error);
    expect(failure.code).toBe(1);
    expect(failure.stderr).toMatch(message);
  });
});
