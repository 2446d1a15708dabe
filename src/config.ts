/** Environment → frozen, typed configuration. The only place in `src` that knows environment variables. */
import { hostname } from 'node:os';
import { z } from 'zod';

const integer = (fallback: number, min: number, max: number) =>
  z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(min)
    .max(max)
    .default(fallback);
const url = (protocols: RegExp) =>
  z.string().refine((text) => URL.canParse(text) && protocols.test(new URL(text).protocol), {
    error: `must be a URL that begins with ${protocols.source.replace(/[\^$()?]/g, '').replace(':', '://')}`,
  });

const ENVIRONMENT = z.object({
  DATABASE_URL: url(/^postgres(ql)?:$/),
  DATA_DIR: z.string().optional(),
  BINANCE_WS_URL: url(/^wss?:$/).default('wss://stream.binance.com:9443'),
  BINANCE_REST_URL: url(/^https?:$/).default('https://api.binance.com'),
  SYMBOL_COUNT: integer(100, 1, 5000),
  CANDLE_WINDOW: integer(500, 10, 1000),
  FEED_SILENCE_MS: integer(20_000, 1000, 600_000),
  SCREENING_WORKERS: integer(0, 0, 64),
  FILTER_TIMEOUT_MS: integer(5000, 50, 600_000),
  FILTER_MEMORY_MB: integer(64, 16, 4096),
  HTTP_PORT: integer(8080, 0, 65_535),
  STATUS_PAGE: z.enum(['on', 'off']).default('on'),
  METRICS_BEARER_TOKEN: z.string().optional(),
  STATEMENT_TIMEOUT_MS: integer(10_000, 100, 600_000),
  HISTORY_DAYS: integer(30, 0, 3650),
  TRADER_POLL_MS: integer(5000, 100, 10_000),
  ANALYSIS_URL: url(/^https?:$/).optional(),
  ANALYSIS_MODEL: z.string().default('gpt-4o-mini'),
  ANALYSIS_API_KEY: z.string().optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  FLY_MACHINE_ID: z.string().optional(),
  GIT_SHA: z.string().default('unknown'),
});

/** Names of the environment variables that the trader reads. */
export const VARIABLES = Object.keys(ENVIRONMENT.shape);

export type Config = Readonly<ReturnType<typeof toConfig>>;

/** @throws Error whose message names each wrong variable, one per line, never with a value that may be secret. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const filled = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = ENVIRONMENT.safeParse(filled);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.')}: ${explain(path, message, filled)}`,
    );
    throw new Error(problems.join('\n'));
  }
  return Object.freeze(toConfig(parsed.data));
}

function explain(path: PropertyKey[], message: string, environment: Record<string, unknown>): string {
  return environment[String(path[0])] === undefined ? 'is not set' : message;
}

function toConfig(env: z.infer<typeof ENVIRONMENT>) {
  return {
    databaseUrl: env.DATABASE_URL,
    dataDir: env.DATA_DIR,
    wsUrl: env.BINANCE_WS_URL,
    restUrl: env.BINANCE_REST_URL,
    symbolCount: env.SYMBOL_COUNT,
    candleWindow: env.CANDLE_WINDOW,
    feedSilenceMs: env.FEED_SILENCE_MS,
    /** 0 means one per core, less the one main needs. */
    screeningWorkers: env.SCREENING_WORKERS,
    filterTimeoutMs: env.FILTER_TIMEOUT_MS,
    filterMemoryMb: env.FILTER_MEMORY_MB,
    httpPort: env.HTTP_PORT,
    statusPage: env.STATUS_PAGE === 'on',
    metricsBearerToken: env.METRICS_BEARER_TOKEN,
    statementTimeoutMs: env.STATEMENT_TIMEOUT_MS,
    /** 0 keeps executions and events for ever. */
    historyDays: env.HISTORY_DAYS,
    traderPollMs: env.TRADER_POLL_MS,
    analysisUrl: env.ANALYSIS_URL,
    analysisModel: env.ANALYSIS_MODEL,
    analysisApiKey: env.ANALYSIS_API_KEY,
    logLevel: env.LOG_LEVEL,
    machineId: env.FLY_MACHINE_ID ?? hostname(),
    gitSha: env.GIT_SHA,
  };
}
