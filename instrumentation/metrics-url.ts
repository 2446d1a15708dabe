import type { Address } from './metrics/endpoint';

/** Under this key the application finds a function that tells where its own metrics are served. */
const METRICS_URL = Symbol.for('trader-observability.metrics-url');

const EVERY_ADDRESS = new Set(['::', '0.0.0.0']);

/** For a reader in the same machine; the port may have been chosen by the system, and it may not be open yet. */
export function exposeMetricsUrl(address: () => Address | undefined): void {
  const url = () => {
    const bound = address();
    return bound === undefined ? undefined : urlOf(bound);
  };
  Object.defineProperty(globalThis, METRICS_URL, { value: url, configurable: true });
}

function urlOf({ host, port }: Address): string {
  // A server on every IPv6 address takes IPv4 too.
  const reachable = EVERY_ADDRESS.has(host) ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}/metrics`;
}
