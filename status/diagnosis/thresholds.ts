/** What counts as wrong. Where an alert of the same name exists, its threshold is the same. */
export const THRESHOLDS = {
  /** After the start of a process: connecting, subscribing and fetching history take up to 45 s. */
  graceSeconds: 60,
  /** Recent growth of counters is judged over this. */
  windowSeconds: 300,
  /** No kline of any symbol for so long: the trader itself renews a connection after the same time. */
  feedSilentSeconds: 20,
  /** With no kline for so long, a cycle that goes on without its closes proves nothing: it waits as long for them. */
  arrivingSeconds: 3,
  /** A closed connection is a reconnection under way until data is so old. */
  disconnectedSeconds: 10,
  /** No kline of one interval, of any symbol, while others flow. */
  intervalSilentSeconds: 20,
  /** The same with fewer than ten series, or beside one-second candles only: quiet symbols are heard at each new candle. */
  intervalSilentFewSeconds: 120,
  fewSeries: 10,
  /** KlineStaleFeed: share of an interval's series that are older than it and two minutes. */
  staleShare: 0.2,
  /** No 24 h ticker while klines flow; the exchange sends one per second and symbol. */
  tickersSilentSeconds: 30,
  /** UniverseShort: share of the wanted symbols that must be subscribed, and of these that must deliver. */
  universeShare: 0.9,
  /** Messages from the future, or seconds late: share of them that is no network's doing. */
  skewShare: 0.5,
  skewSeconds: 2,
  lateSeconds: 2,
  /** BinanceReconnectStorm: more attempts than this in ten minutes. */
  reconnects: 5,
  reconnectsSeconds: 600,
  /** KlineParseErrors: malformed frames within the window. */
  malformedFrames: 10,
  /** KlineGaps: minutes of the window in which candles were missing; one alone is a reconnection that healed. */
  gapMinutes: 3,
  /** No worker, or no task ended while all are busy, for so long. */
  workersGoneSeconds: 10,
  workersStuckSeconds: 30,
  /** WorkerPoolSaturated: share of the workers' time. */
  saturation: 0.9,
  saturatedSeconds: 60,
  /** WorkersRestarting: more than this in a quarter of an hour. */
  workerRestarts: 3,
  workerRestartsSeconds: 900,
  /** Restarts within ten minutes: the alert MachineRestarting waits for more of them in an hour. */
  machineRestarts: 2,
  /** A trader is overdue after so many of its intervals, and a minute. */
  stalledIntervals: 2,
  stalledSlackSeconds: 60,
  /** ScreeningOverruns: more skipped cycles than this in a quarter of an hour; one-second traders may skip some. */
  overruns: 0,
  secondOverruns: 45,
  overrunsSeconds: 900,
  /** Executions of a trader are judged together over this long: one cycle of one second is no news. */
  recentSeconds: 15,
  /** HighFilterErrorRate, SymbolsSkipped: share of the symbols watched. */
  skippedShare: 0.2,
  /** FilterBadReturns: none is right. */
  badReturnShare: 0,
  /** SlowFilterExecution: p95 in seconds. */
  slowFilterSeconds: 5,
  /** SignalFlood: signals per symbol and hour; and the share of symbols that an always-true filter matches. */
  signalsPerSymbolHour: 5,
  alwaysTrueShare: 0.95,
  /** Fewer symbols may well all match. */
  alwaysTrueSymbols: 5,
  /** NoMatchesAnywhere: so many traders without a match for so long are no coincidence. */
  matchlessTraders: 3,
  noMatchSeconds: 3600,
  /** SignalQueueFilling: half of the queue of 1,000. */
  queuedSignals: 500,
  /** AnalysisBacklog: half of the queue of 100. */
  pendingAnalyses: 50,
  /** Failed writes or analyses among the recent ones. */
  failedShare: 0.2,
  failedAnalyses: 3,
  /** EventLoopBlocked: p99 of the delay. */
  eventLoopSeconds: 0.5,
  eventLoopHeldSeconds: 60,
  /** PageNearLimit: three quarters of the 16 MiB that Fly's scraper takes. */
  pageBytes: 12 * 1024 * 1024,
} as const;
