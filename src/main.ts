/** Composition root: configuration → parts → start → stop. */
import { metrics, trace } from '@opentelemetry/api';
import { assembleHealth } from './assembly/health';
import { assembleFeed } from './assembly/market';
import { assembleScreening } from './assembly/screening';
import { assembleAnalysis, assembleWriter } from './assembly/signals';
import { assembleStatus } from './assembly/status';
import { assembleStorage } from './assembly/storage';
import { assembleStartup, assembleTelemetry } from './assembly/telemetry';
import { assembleTraders } from './assembly/traders';
import { readBuild } from './build';
import { type Config, readConfig } from './config';
import { createLogger, type Logger } from './log';
import { Machine } from './machine';

const SCOPE = 'trader-observability';

function createMachine(config: Config, log: Logger): Machine {
  const build = readBuild(config.gitSha);
  // A candle closes by the exchange's clock, which is known only once there is a feed.
  const exchange = { now: Date.now };
  const meter = metrics.getMeter(SCOPE, build.version);
  const tracer = trace.getTracer(SCOPE, build.version);
  const telemetry = assembleTelemetry(meter, tracer, build, () => exchange.now());
  const storage = assembleStorage(config, telemetry, log);
  const traders = assembleTraders(config, storage, telemetry, log);
  const writer = assembleWriter(config, storage, telemetry, log);
  const feed = assembleFeed(config, telemetry, log);
  exchange.now = () => feed.view.now();
  const neighbours = { market: feed.view, registry: traders.registry, writer };
  const screening = assembleScreening(config, neighbours, telemetry, log);
  const analysis = assembleAnalysis(config, feed.view, storage, telemetry, log);
  const components = {
    exchange: feed,
    database: storage.database,
    traders: traders.follower,
    workers: screening.pool,
    writer,
    analysis,
  };
  const about = { machine: config.machineId, version: build.version };
  const health = assembleHealth(about, components, assembleStatus(config, log), log);
  const parts = {
    id: config.machineId,
    ...health,
    ...traders,
    ...screening,
    storage,
    feed,
    writer,
    analysis,
    startup: assembleStartup(telemetry),
  };
  return new Machine(parts, log);
}

async function run(): Promise<void> {
  const config = readConfig();
  const log = createLogger(config.logLevel, { machine: config.machineId });
  const machine = createMachine(config, log);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void machine.stop(signal).then(() => process.exit()));
  }
  await machine.start(config.httpPort);
}

run().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`Error: the trader machine did not start:\n${message}\n`);
  process.exit(1);
});
