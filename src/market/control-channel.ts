import { pause } from './abort';
import type { ControlReply } from './control-frame';

export interface ControlOptions {
  /** Least time between two requests, ms: with pongs the exchange takes five messages a second. */
  readonly intervalMs: number;
  /** How long an answer may take, ms. */
  readonly timeoutMs: number;
}

interface Pending {
  readonly resolve: (reply: ControlReply) => void;
  readonly reject: (error: Error) => void;
}

/** Requests on one socket, one at a time: paced, each answered before the next is sent. */
export class ControlChannel {
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;
  private lastSentMs = 0;
  private tail: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly send: (text: string) => void,
    private readonly options: ControlOptions,
    private readonly signal: AbortSignal,
  ) {}

  /** @throws Error when the socket ends or no answer comes */
  request(method: string, params: readonly string[]): Promise<ControlReply> {
    const answered = this.tail.then(() => this.exchange(method, params));
    this.tail = answered.catch(() => undefined);
    return answered;
  }

  /** A reply without id answers a request that the exchange could not read: the one under way. */
  answer(reply: ControlReply): void {
    const id = reply.id ?? this.lastId;
    this.pending.get(id)?.resolve(reply);
    this.pending.delete(id);
  }

  fail(error: Error): void {
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
  }

  private async exchange(method: string, params: readonly string[]): Promise<ControlReply> {
    const waitMs = this.lastSentMs + this.options.intervalMs - Date.now();
    if (waitMs > 0) await pause(waitMs, this.signal);
    this.signal.throwIfAborted();
    this.lastSentMs = Date.now();
    this.lastId++;
    return this.awaitReply(this.lastId, JSON.stringify({ method, params, id: this.lastId }), method);
  }

  private awaitReply(id: number, text: string, method: string): Promise<ControlReply> {
    return new Promise((resolve, reject) => {
      const timeout = setTimeout(() => {
        this.pending.delete(id);
        reject(new Error(`${method} was not answered in ${this.options.timeoutMs / 1000} s`));
      }, this.options.timeoutMs);
      const settle =
        <Value>(finish: (value: Value) => void) =>
        (value: Value) => {
          clearTimeout(timeout);
          finish(value);
        };
      this.pending.set(id, { resolve: settle(resolve), reject: settle(reject) });
      this.send(text);
    });
  }
}
