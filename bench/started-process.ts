/** The application of the start benchmarks: says how late it began and what it holds once things have settled. */
const startedAfterMs = performance.now();
const SETTLED_MS = 400;

setTimeout(() => {
  global.gc?.();
  const residentMb = process.memoryUsage.rss() / 2 ** 20;
  const modules = Object.keys(require.cache).length - 1;
  process.stdout.write(JSON.stringify({ startedAfterMs, residentMb, modules }), () => process.exit());
}, SETTLED_MS);
