/** Bucket bounds. OpenTelemetry's defaults fit no unit of ours: 3 ms in seconds would read p95 = 4.75 s. */
export const DURATION_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];
export const DURATION_MS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000];
/** From a candle's close to a stage: the decision takes tens of milliseconds, a batch up to ten seconds. */
export const LATENCY_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60, 120, 300];
/** Age of the newest closed candle at a decision: sub-second when healthy, intervals when the feed is behind. */
export const AGE_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600, 14400, 86400];
