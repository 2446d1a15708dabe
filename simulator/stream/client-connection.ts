/** One client's socket: its streams, its pings, its limits and its end. */
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { ConnectionLimits } from './connection-limits';
import { answerControl, type ControlTarget } from './control-messages';
import type { StreamHub } from './stream-hub';
import type { Subscriber } from './subscriber';

export class ClientConnection implements Subscriber, ControlTarget {
  readonly streams = new Set<string>();
  /** Events are wrapped in stream and data. */
  combined: boolean;
  /** Pings go on, data does not. */
  muted = false;
  /** The exchange has forgotten this connection, and the client is not told: no data, no pings, no answers. */
  #forgotten = false;
  #incoming: number[] = [];
  /** Payload and time of the pings not yet answered, oldest first. */
  #unanswered: { payload: string; sentMs: number }[] = [];
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(
    readonly id: number,
    private readonly socket: WebSocket,
    private readonly tcp: Socket,
    combined: boolean,
    readonly inMicroseconds: boolean,
    private readonly hub: StreamHub,
    private readonly limits: ConnectionLimits,
  ) {
    this.combined = combined;
    socket.on('message', (data) => this.#receive(String(data)));
    socket.on('ping', () => this.#count());
    socket.on('pong', (payload) => this.#receivePong(String(payload)));
    socket.on('close', () => this.#ended());
    socket.on('error', () => this.#ended());
    this.#timers.push(setInterval(() => this.#ping(), limits.pingIntervalMs));
    this.#timers.push(setTimeout(() => this.close(1000, ''), limits.lifetimeMs));
  }

  send(frame: string): void {
    if (!this.#forgotten && this.socket.readyState === this.socket.OPEN) this.socket.send(frame);
  }

  /** @returns false when that would be more streams than a connection may have; nothing is subscribed then */
  subscribe(streams: readonly string[]): boolean {
    const wanted = new Set([...this.streams, ...streams]);
    if (wanted.size > this.limits.maxStreams) return false;
    for (const stream of streams) {
      this.streams.add(stream);
      this.hub.subscribe(this, stream);
    }
    return true;
  }

  unsubscribe(streams: readonly string[]): void {
    for (const stream of streams) {
      this.streams.delete(stream);
      this.hub.unsubscribe(this, stream);
    }
  }

  close(code: number, reason: string): void {
    if (code === 1006) this.tcp.resetAndDestroy();
    else this.socket.close(code, reason);
  }

  /** As if the cable were cut: no FIN, no RST, no frame; the client's socket stays open. */
  forget(): void {
    this.#forgotten = true;
    this.#stopTimers();
    this.tcp.pause();
  }

  terminate(): void {
    this.socket.terminate();
  }

  #receive(text: string): void {
    if (this.#forgotten || !this.#count()) return;
    const answer = answerControl(this, text);
    const delayMs = this.limits.ackDelayMs;
    if (delayMs === 0) this.send(answer);
    else this.#timers.push(setTimeout(() => this.send(answer), delayMs));
  }

  /** Pings, pongs and requests all count. @returns false once the client has sent too many */
  #count(): boolean {
    const nowMs = performance.now();
    this.#incoming = this.#incoming.filter((timeMs) => nowMs - timeMs < 1000);
    this.#incoming.push(nowMs);
    if (this.#incoming.length <= this.limits.messagesPerSecond) return true;
    this.close(1008, 'Too many requests');
    return false;
  }

  #ping(): void {
    const nowMs = Date.now();
    const oldest = this.#unanswered[0];
    if (oldest && nowMs - oldest.sentMs >= this.limits.pongTimeoutMs) this.close(1008, 'Pong timeout');
    else if (this.limits.pings()) this.#sendPing(nowMs);
  }

  #sendPing(nowMs: number): void {
    const payload = String(nowMs);
    this.#unanswered.push({ payload, sentMs: nowMs });
    if (this.socket.readyState === this.socket.OPEN) this.socket.ping(payload);
  }

  /** Only the echo of a ping's payload keeps the connection alive; it answers the pings before it too. */
  #receivePong(payload: string): void {
    if (!this.#count()) return;
    const answered = this.#unanswered.findIndex((ping) => ping.payload === payload);
    if (answered >= 0) this.#unanswered.splice(0, answered + 1);
  }

  #ended(): void {
    this.#stopTimers();
    this.hub.remove(this);
  }

  #stopTimers(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.length = 0;
  }
}
