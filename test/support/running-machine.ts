import { afterAll, beforeAll } from '@jest/globals';
import { startPostgres, type TestPostgres } from './postgres';
import { type SimulatorProcess, startSimulator } from './simulator-process';
import { TraderMachine } from './trader-machine';

/** A machine at work: database, exchange and trader, each a process of its own. */
export class RunningMachine {
  postgres!: TestPostgres;
  exchange!: SimulatorProcess;
  trader!: TraderMachine;
}

/** Starts a machine before the tests of the enclosing block and ends it after them. Needs the build. */
export function runningMachine(
  exchangeArgs: readonly string[],
  environment: Readonly<Record<string, string>>,
): RunningMachine {
  const running = new RunningMachine();
  beforeAll(async () => {
    [running.postgres, running.exchange] = await Promise.all([startPostgres(), startSimulator(exchangeArgs)]);
    const own = { ...running.exchange.environment, DATABASE_URL: running.postgres.url };
    running.trader = TraderMachine.start({ ...own, ...environment });
    await running.trader.logged(/^The machine is screening/, 120_000);
  }, 150_000);
  afterAll(async () => {
    await running.trader?.stop('SIGKILL');
    await Promise.all([running.exchange?.stop(), running.postgres?.stop()]);
  });
  return running;
}
