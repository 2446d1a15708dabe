/** Machines for the scenarios: many traders side by side on one database server, each with what its faults need. */
import { Client } from 'pg';
import { startPostgres, type TestPostgres } from '../../support/postgres';
import { type SimulatorProcess, startSimulator } from '../../support/simulator-process';
import { TraderMachine } from '../../support/trader-machine';
import { StatusObserver } from './status-observer';

export interface ScenarioMachine {
  readonly trader: TraderMachine;
  readonly exchange: SimulatorProcess;
  readonly database: Client;
  readonly observer: StatusObserver;
  /** Ends the process without a goodbye, starts it again on another port, and waits until that was noticed. */
  restart(): Promise<void>;
  /** Ends trader and observer: a scenario that is over must not cost the others their processor. */
  end(): Promise<unknown>;
}

type Environment = Readonly<Record<string, string>>;

const SCREENING = /^The machine is screening/;
const SMALL = { SYMBOL_COUNT: '12', SCREENING_WORKERS: '1', TRADER_POLL_MS: '300' };

export class ScenarioMachines {
  private readonly stops: (() => Promise<unknown>)[] = [];
  private shared: Promise<TestPostgres> | undefined;
  private lastStart: Promise<unknown> = Promise.resolve();
  private databases = 0;

  /** A database server of its own, for scenarios that take it down. */
  async postgres(): Promise<TestPostgres> {
    const server = await startPostgres();
    this.stops.push(() => server.stop());
    return server;
  }

  async exchange(args: readonly string[]): Promise<SimulatorProcess> {
    const exchange = await startSimulator(args);
    this.stops.push(() => exchange.stop());
    return exchange;
  }

  /** @param server without it, a database of its own on the shared server */
  async machine(
    exchange: SimulatorProcess,
    own: Environment = {},
    server?: TestPostgres,
  ): Promise<ScenarioMachine> {
    const url = server ? server.url : await this.newDatabase();
    const environment = { ...exchange.environment, ...SMALL, DATABASE_URL: url, ...own };
    let trader!: TraderMachine;
    let observer!: StatusObserver;
    await this.oneAtATime(async () => {
      trader = this.start(environment);
      observer = new StatusObserver(await trader.metricsUrl()).start();
      this.stops.push(async () => observer.stop());
      await trader.logged(SCREENING, 120_000);
    });
    const database = await connected(url);
    this.stops.push(() => database.end().catch(() => {}));
    const restart = async () => {
      await trader.stop('SIGKILL');
      trader = this.start(environment);
      const noticed = observer.history.restarts.length;
      observer.moveTo(await trader.metricsUrl());
      await observer.until(() => observer.history.restarts.length > noticed, 'the restart');
    };
    const end = async () => {
      observer.stop();
      await trader.stop('SIGKILL');
    };
    return { trader, exchange, database, observer, restart, end };
  }

  async stop(): Promise<void> {
    for (const stop of this.stops.splice(0).reverse()) await stop();
  }

  /** Eight machines that start together have a processor's quarter each, and time out where they should not. */
  private oneAtATime<Result>(start: () => Promise<Result>): Promise<Result> {
    const started = this.lastStart.then(start);
    this.lastStart = started.catch(() => {});
    return started;
  }

  private start(environment: Environment): TraderMachine {
    const trader = TraderMachine.start({ ...environment });
    this.stops.push(() => trader.stop('SIGKILL'));
    return trader;
  }

  private async newDatabase(): Promise<string> {
    this.shared ??= this.postgres();
    const server = await this.shared;
    const name = `scenario${++this.databases}`;
    const client = await server.connect();
    await client.query(`create database ${name}`);
    return server.url.replace(/\/postgres$/, `/${name}`);
  }
}

async function connected(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Sets a fault of a running exchange. */
export async function fault({ restUrl }: SimulatorProcess, name: string, value = ''): Promise<void> {
  const response = await fetch(`${restUrl}/simulator/faults`, {
    method: 'POST',
    body: JSON.stringify({ name, value }),
  });
  if (!response.ok) throw new Error(await response.text());
}
