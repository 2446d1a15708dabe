/** A bare WebSocket client of the simulated exchange, for tests that look at the wire. */
import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface KlineEvent {
  readonly e: string;
  readonly E: number;
  readonly s: string;
  readonly k: {
    readonly t: number;
    readonly T: number;
    readonly i: string;
    readonly f: number;
    readonly L: number;
    readonly o: string;
    readonly c: string;
    readonly h: string;
    readonly l: string;
    readonly v: string;
    readonly q: string;
    readonly V: string;
    readonly Q: string;
    readonly n: number;
    readonly x: boolean;
  };
}

export class StreamClient {
  /** Every frame, as it came. */
  readonly frames: string[] = [];
  readonly pings: string[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  readonly #waiting = new Set<() => void>();

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => this.#note(() => this.frames.push(String(data))));
    socket.on('ping', (data) => this.#note(() => this.pings.push(String(data))));
    socket.on('close', (code, reason) => this.#note(() => (this.closed = { code, reason: String(reason) })));
    socket.on('error', () => {});
  }

  static async open(url: string, autoPong = true): Promise<StreamClient> {
    const client = new StreamClient(new WebSocket(url, { autoPong }));
    await once(client.socket, 'open');
    return client;
  }

  /** Status of a handshake that is refused. */
  static async refusal(url: string): Promise<{ status: number; body: string }> {
    const socket = new WebSocket(url);
    socket.on('error', () => {});
    const [, response] = await once(socket, 'unexpected-response');
    let body = '';
    for await (const chunk of response) body += String(chunk);
    return { status: response.statusCode, body };
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Sends a request and waits for the answer that carries its id. */
  async ask(request: {
    readonly method: string;
    readonly id: number;
    readonly params?: unknown;
  }): Promise<unknown> {
    this.send(request);
    return await this.until(() => this.answers().find((answer) => answer.id === request.id));
  }

  answers(): Record<string, unknown>[] {
    return this.frames
      .filter((frame) => frame.startsWith('{"result"') || frame.startsWith('{"error"'))
      .map((frame) => JSON.parse(frame));
  }

  /** The kline events so far, wrapped or not; what is not JSON is passed over. */
  klines(): KlineEvent[] {
    return this.frames.flatMap((frame) => {
      if (!frame.includes('"e":"kline"')) return [];
      try {
        const parsed = JSON.parse(frame);
        return [parsed.data ?? parsed];
      } catch {
        return [];
      }
    });
  }

  /** Waits until something is true of what came in. @throws Error when it does not come true */
  async until<Value>(found: () => Value | undefined | false, withinMs = 15_000): Promise<Value> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const value = found();
      if (value !== undefined && value !== false) return value;
      if (Date.now() >= deadline) throw new Error(`it never came; the last frame is ${this.frames.at(-1)}`);
      await this.#next(deadline - Date.now());
    }
  }

  /** Waits for everything sent before now: the exchange answers in order. */
  async settle(): Promise<void> {
    const pong = once(this.socket, 'pong');
    this.socket.ping('settle');
    await pong;
  }

  close(): void {
    this.socket.terminate();
  }

  /** Resolves at the next thing that comes in, or when the time is up. */
  #next(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#waiting.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #note(record: () => void): void {
    record();
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
