/** Every limit of every alert, in one place. Those that the status page's diagnosis also knows are the same there. */

const MIB = 2 ** 20;

export const THRESHOLDS = {
  /** Share of a trader's executions that may fail. One failure of two is chance; a slow trader has only two to show. */
  errorShare: 0.2,
  slowTraderErrorShare: 0.5,
  /** p95 of an execution. `FILTER_TIMEOUT_MS` stops a filter at 5 s, so this means that filters are being stopped. */
  slowFilterSeconds: 5,
  /** Share of a trader's watched symbols that may go without a verdict for one reason. */
  skippedShare: 0.2,

  /** Signals of one trader that may be without acknowledgement. Batches wait up to 10 s, so some always are. */
  persistenceGap: 2,
  /** Half of the queue of 1,000, beyond which the oldest are dropped. */
  queuedSignals: 500,
  /** Half of the queue of 100. */
  pendingAnalyses: 50,
  /** Share of analyses that may be given up, from so many on. */
  failedAnalysisShare: 0.2,
  failedAnalyses: 3,
  /** Failed batch writes in ten minutes. A lost connection makes one or two, then it works again. */
  failedWrites: 5,

  /** Share of worker time that is in use. */
  workerUtilisation: 0.9,
  /** Workers replaced in a quarter of an hour for one reason. */
  workerRestarts: 3,
  /** Share of a 1s trader's cycles that may be skipped; of longer ones none may. */
  secondOverrunShare: 0.05,
  /** Silence of the whole machine although it has traders: three boundaries of a 1m trader. */
  stalledSeconds: 180,
  /** After this a start is no start any more: 500 symbols × 6 intervals take 45 s. */
  startSeconds: 600,

  /** Reconnection attempts in ten minutes. */
  reconnects: 5,
  /** Age of a series' newest update beyond its interval's length, since a quiet candle brings one push, at its opening. */
  staleBeyondIntervalSeconds: 120,
  /** Share of an interval's symbols that may be stale: some are halted, and thin pairs pause. */
  staleShare: 0.2,
  /** Candles missing per symbol in an hour (intervals below one hour) or a day (from one hour on). */
  missingPerSymbolShort: 2,
  missingPerSymbolLong: 0.2,
  /** Malformed frames in a quarter of an hour. */
  malformedFrames: 10,
  /** Share of frames from the future; and the median latency that only a clock that is ahead explains. */
  futureFrameShare: 0.5,
  medianLatencyMs: 2000,
  /** Share of the wanted symbols that must deliver. */
  deliveringShare: 0.9,
  /** Refused or failed REST calls of one status in a quarter of an hour. */
  failedRestCalls: 2,

  /** So many screenings an hour are a machine of 1m traders: slower ones may well find nothing for an hour. */
  screeningsPerHour: 30,
  /** So many traders without a single match are no coincidence. */
  matchlessTraders: 3,
  /** Signals per watched symbol in an hour: a filter that flickers makes up to thirty. */
  signalsPerSymbolHour: 5,

  /** Restarts in an hour. */
  restarts: 3,
  /** The event loop's delay: the sockets' pings and the cycles' boundaries wait for it. Its timer alone shows 0.01. */
  eventLoopDelaySeconds: 0.5,
  /** Share of what the heap may grow to. */
  heapShare: 0.85,

  /** Of Fly's 16 MiB, beyond which it drops the page. */
  pageBytes: 12 * MIB,
  /** Of the limits of `otel-config.yaml`: 2,000 series of a recorded metric, 10,000 of an observed one. */
  recordedSeries: 1600,
  observedSeries: 8000,
} as const;

/** How trader apps are named on Fly. What is not named so is not expected to have metrics of ours. */
export const TRADER_APPS = 'vyx-.+';
/** The scrape job of the traders, where Prometheus itself scrapes them. Fly has no jobs. */
export const TRADER_JOB = 'trader';
