/** The simulated exchange as a process of its own, so that its load does not delay the test. Needs the build. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from './source-files';

export interface SimulatorProcess {
  readonly wsUrl: string;
  readonly restUrl: string;
  /** What the trader needs to use it. */
  readonly environment: { readonly BINANCE_WS_URL: string; readonly BINANCE_REST_URL: string };
  stop(): Promise<void>;
}

export async function startSimulator(args: readonly string[]): Promise<SimulatorProcess> {
  const child = spawn(process.execPath, [join(ROOT, 'dist/simulator/main.js'), '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    once(child, 'exit').then(([code]) =>
      Promise.reject(new Error(`The simulated exchange ended with ${code}`)),
    ),
  ])) as [string];
  const { wsUrl, restUrl } = JSON.parse(line) as { wsUrl: string; restUrl: string };
  return {
    wsUrl,
    restUrl,
    environment: { BINANCE_WS_URL: wsUrl, BINANCE_REST_URL: restUrl },
    async stop() {
      if (child.exitCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    },
  };
}
