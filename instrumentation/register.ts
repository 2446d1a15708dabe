/** Preload: `node --require <this file> app.js`. Starts telemetry before the application's first line. */
import { isMainThread } from 'node:worker_threads';

const STARTED = Symbol.for('trader-observability.started');

// Worker threads inherit --require and NODE_OPTIONS: without this guard each would fight for the metrics port.
if (isMainThread && !(STARTED in globalThis)) {
  Object.defineProperty(globalThis, STARTED, { value: true });
  try {
    (require('./sdk') as typeof import('./sdk')).startTelemetry();
  } catch (error) {
    process.stderr.write(`[telemetry] did not start, the application runs without it: ${String(error)}\n`);
  }
}
