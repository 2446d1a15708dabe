/**
 * Every limit and every window that a dashboard shows. What is an alert's limit too is taken from the alerts' table, so
 * that a panel turns red where the alert fires.
 */
import { THRESHOLDS } from '../rules/thresholds';

export const LIMITS = {
  ...THRESHOLDS,
  /** Share of executions that end as screenings: the steps of the first dashboard ever drawn for this machine. */
  successGood: 0.99,
  successFair: 0.95,
  /** Worker time in use: yellow where a burst would queue, red where everything does. */
  utilisationHigh: 0.7,
  /** Age of the newest price of the most traded pairs: they are traded several times a second. */
  priceAgeYellowSeconds: 10,
  priceAgeRedSeconds: 60,
  /** Frames arrive within tens of milliseconds; a second is a busy event loop or a slow line. */
  frameLatencyMs: 1000,
  /** Share of its time that the event loop works: beyond, timers and scrapes are late. */
  eventLoopShare: 0.8,
  /** Below, one more interval or a large history ends the process. */
  freeMemoryShare: 0.1,
  /** A page must be there long before the scraper's timeout of ten seconds. */
  scrapeSeconds: 1,
  /** A batch has ten seconds before `STATEMENT_TIMEOUT_MS` ends it. */
  batchWriteMs: 1000,
} as const;

/** Windows that are part of what a panel says. Everything else takes Grafana's `$__rate_interval`. */
export const WINDOWS = {
  /** "Recent": long enough for a failure to be seen by somebody who comes late. */
  recent: '10m',
  /** "In the last hour", as the tiles say. */
  hour: '1h',
  /** Loads happen at the start and at changes: they stay visible for so long. */
  loads: '15m',
} as const;

/**
 * A share of a trader's runs needs runs. The shortest window with enough of them is taken: minutes for a 1m trader, two
 * days for a 1d trader. Nothing shorter reads right for both. Long ones are sampled: days of raw samples are a heavy load.
 */
export const CADENCES = [
  { window: '30m', runs: 5 },
  { window: '6h:2m', runs: 5 },
  { window: '50h:20m', runs: 1 },
] as const;

/** The pairs of the tile "Kline Data Freshness": the most traded ones. When these are stale, everything is. */
export const REFERENCE_SYMBOLS = 'BTCUSDT|ETHUSDT';
/** Rows of a list of the worst. */
export const WORST = 10;
