import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, say } from '../diagnostics';

const RETRY_MS = 500;
const CLOSE_WITHIN_MS = 500;
/** Enough for any scraper; an attacker must not eat the descriptors that the application needs. */
const MAX_CONNECTIONS = 32;
const SOCKET_IDLE_MS = 10_000;

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The HTTP server of the metrics. It never keeps the process alive, and while its port is busy it tries again. */
export class MetricsEndpoint {
  readonly #server: Server;
  #host: string;
  #retry: NodeJS.Timeout | undefined;
  #complained = '';
  #stopped = false;

  constructor(
    private readonly wanted: Address,
    handler: RequestListener,
    private readonly onListening: (address: Address) => void,
  ) {
    this.#host = wanted.host;
    this.#server = createServer(
      {
        headersTimeout: 2_000,
        requestTimeout: 3_000,
        keepAliveTimeout: 5_000,
        connectionsCheckingInterval: 500,
        maxHeaderSize: 8_192,
      },
      handler,
    );
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.timeout = SOCKET_IDLE_MS;
    this.#server.on('connection', (socket) => socket.unref());
    this.#server.on('clientError', (_, socket) => socket.destroy());
    this.#server.on('error', (error) => this.#onError(error));
    this.#server.on('listening', () => this.#onBound());
  }

  start(): void {
    this.#server.listen({ host: this.#host, port: this.wanted.port });
    this.#server.unref();
  }

  /** Where it listens; undefined while it does not. */
  address(): Address | undefined {
    const bound = this.#server.address() as AddressInfo | null;
    return bound === null ? undefined : { host: bound.address, port: bound.port };
  }

  /** Open scrapes get half a second. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    if (!this.#server.listening) return;
    const cutOff = setTimeout(() => this.#server.closeAllConnections(), CLOSE_WITHIN_MS);
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    clearTimeout(cutOff);
  }

  #onBound(): void {
    this.#complained = '';
    this.onListening(this.address() ?? this.wanted);
  }

  #onError(error: NodeJS.ErrnoException): void {
    if (this.#server.listening || this.#stopped) {
      say(`the metrics server met an error and goes on: ${describe(error)}`);
      return;
    }
    const noIpv6 = error.code === 'EAFNOSUPPORT' || error.code === 'EADDRNOTAVAIL';
    if (noIpv6 && this.#host === '::') {
      this.#host = '0.0.0.0';
      this.start();
      return;
    }
    this.#complain(error);
    this.#retry = setTimeout(() => this.start(), RETRY_MS);
    this.#retry.unref();
  }

  #complain(error: NodeJS.ErrnoException): void {
    const code = error.code ?? error.name;
    if (this.#complained === code) return;
    this.#complained = code;
    const where = `port ${this.wanted.port} on ${this.wanted.host}`;
    const why = code === 'EADDRINUSE' ? 'is in use by another process' : `cannot be opened (${code})`;
    say(`metrics are not served: ${where} ${why}; trying again every ${RETRY_MS} ms`);
  }
}
