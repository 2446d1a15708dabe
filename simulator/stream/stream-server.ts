/** Takes WebSocket handshakes: right paths become connections, the others are refused as the exchange refuses them. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { ClientConnection } from './client-connection';
import type { ConnectionLimits } from './connection-limits';
import { isStreamName } from './control-messages';
import type { HandshakeFaults } from './handshake-faults';
import type { StreamHub } from './stream-hub';

const FIVE_MINUTES_MS = 5 * 60_000;
/** Measured on the exchange; longer addresses are cut off by its front. */
const LONGEST_URL = 8004;

interface Target {
  readonly streams: readonly string[];
  readonly combined: boolean;
  readonly inMicroseconds: boolean;
}

interface Refusal {
  readonly status: string;
  readonly body: string;
}

export class StreamServer {
  readonly #server: WebSocketServer;
  readonly #unanswered = new Set<Duplex>();
  #attempts: number[] = [];
  #nextId = 1;

  constructor(
    private readonly hub: StreamHub,
    private readonly limits: ConnectionLimits,
    private readonly faults: HandshakeFaults,
    compression: boolean,
  ) {
    this.#server = new WebSocketServer({ noServer: true, perMessageDeflate: compression });
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    if (this.faults.neverAnswer) {
      this.#hold(socket);
      return;
    }
    const target = this.#admit(request.url ?? '/');
    if ('status' in target) refuse(socket, target);
    else this.#accept(request, socket, head, target);
  }

  #accept(request: IncomingMessage, socket: Duplex, head: Buffer, target: Target): void {
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new ClientConnection(
        this.#nextId++,
        webSocket,
        socket as Socket,
        target.combined,
        target.inMicroseconds,
        this.hub,
        this.limits,
      );
      this.hub.connections.add(connection);
      connection.subscribe(target.streams);
    });
  }

  #admit(url: string): Target | Refusal {
    if (this.faults.banned || this.#tooManyAttempts()) return { status: '403 Forbidden', body: '' };
    if (url.length > LONGEST_URL) return { status: '414 URI Too Long', body: 'URI Too Long' };
    const target = targetOf(url);
    if (!target) return { status: '404 Not Found', body: 'Invalid request path' };
    if (target.streams.length <= this.limits.maxStreams) return target;
    return { status: '400 Bad Request', body: 'Too many streams' };
  }

  stop(): void {
    for (const socket of this.#unanswered) socket.destroy();
    for (const connection of this.hub.connections) connection.terminate();
    this.#server.close();
  }

  #hold(socket: Duplex): void {
    this.#unanswered.add(socket);
    socket.on('close', () => this.#unanswered.delete(socket));
  }

  #tooManyAttempts(): boolean {
    const nowMs = Date.now();
    this.#attempts = this.#attempts.filter((timeMs) => nowMs - timeMs < FIVE_MINUTES_MS);
    this.#attempts.push(nowMs);
    return this.#attempts.length > this.limits.attemptsPer5Minutes;
  }
}

function targetOf(address: string): Target | undefined {
  const url = new URL(address, 'http://exchange');
  let path: string;
  try {
    path = decodeURIComponent(url.pathname);
  } catch {
    return undefined;
  }
  const inMicroseconds = url.searchParams.get('timeUnit')?.toUpperCase() === 'MICROSECOND';
  if (path === '/ws' || path.startsWith('/ws/')) return named(path.slice(4), false, inMicroseconds);
  if (path === '/stream') return named(url.searchParams.get('streams') ?? '', true, inMicroseconds);
  return undefined;
}

function named(list: string, combined: boolean, inMicroseconds: boolean): Target | undefined {
  const streams = list.split('/').filter((name) => name !== '');
  return streams.every(isStreamName) ? { streams, combined, inMicroseconds } : undefined;
}

function refuse(socket: Duplex, { status, body }: Refusal): void {
  const head = `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain\r\n`;
  socket.end(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
