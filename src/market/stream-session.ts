import { WebSocket } from 'ws';
import { ControlChannel } from './control-channel';
import type { Frame } from './frame';
import { refusal, SessionEnd } from './session-end';
import type { SessionOptions } from './stream-options';
import { Subscription, type SubscriptionListener } from './subscription';

export interface SessionListener extends SubscriptionListener {
  /** @returns what the text was, unless it could not be read */
  received(text: string): Frame | undefined;
  serverShutdown(): void;
}

/** One socket's life: open, subscribe, deliver, end. It ends once, for one reason, and never comes back. */
export class StreamSession {
  readonly subscription: Subscription;
  /** Resolves with the reason when the session is over. */
  readonly ended: Promise<SessionEnd>;
  /** Market data came in. */
  delivered = false;
  private readonly socket: WebSocket;
  private readonly channel: ControlChannel;
  private readonly stopped = new AbortController();
  private readonly watchdog: NodeJS.Timeout;
  private finish!: (end: SessionEnd) => void;
  private lastFrameMs = Date.now();
  private over = false;

  constructor(
    private readonly options: SessionOptions,
    private readonly listener: SessionListener,
  ) {
    this.ended = new Promise((resolve) => {
      this.finish = resolve;
    });
    this.socket = new WebSocket(options.url, {
      handshakeTimeout: options.handshakeTimeoutMs,
      perMessageDeflate: false,
      maxPayload: 32 * 1024 * 1024,
    });
    const control = { intervalMs: options.subscribeIntervalMs, timeoutMs: options.ackTimeoutMs };
    this.channel = new ControlChannel((text) => this.socket.send(text), control, this.stopped.signal);
    this.subscription = new Subscription(this.channel, listener);
    this.watchdog = setInterval(() => this.watch(), Math.max(10, options.silenceMs / 4));
    this.watchdog.unref();
    this.listen();
  }

  get isOver(): boolean {
    return this.over;
  }

  /** @throws SessionEnd when the handshake fails */
  async opened(): Promise<void> {
    const open = new Promise<void>((resolve) => this.socket.once('open', resolve));
    const end = await Promise.race([open, this.ended]);
    if (end) throw end;
    this.lastFrameMs = Date.now();
  }

  /** @throws SessionEnd when the session ends first, or the exchange does not answer */
  async subscribed(wanted: () => ReadonlySet<string>): Promise<void> {
    try {
      await this.subscription.sync(wanted);
    } catch (error) {
      this.end(new SessionEnd(`could not subscribe: ${(error as Error).message}`, 0, 'subscribe'), 1000);
      throw await this.ended;
    }
  }

  close(reason: string): void {
    this.end(new SessionEnd(reason, 0, 'stopped'), 1000);
  }

  private listen(): void {
    const { socket } = this;
    let problem = '';
    socket.on('message', (data, isBinary) => this.receive(isBinary ? '' : data.toString()));
    socket.on('error', (error) => {
      problem = error.message;
    });
    socket.on('unexpected-response', (request, response) => {
      response.resume();
      request.destroy();
      this.end(refusal(response.statusCode ?? 0, response.headers['retry-after'], this.options.banMs));
    });
    socket.on('close', (code, reason) => {
      const text = reason.toString().slice(0, 100) || problem;
      this.end(new SessionEnd(`closed with code ${code}${text ? ` (${text})` : ''}`));
    });
  }

  private receive(text: string): void {
    this.lastFrameMs = Date.now();
    const frame = this.listener.received(text);
    if (!frame) return;
    if (frame.type === 'kline' || frame.type === 'ticker') this.delivered = true;
    else if (frame.type === 'control') this.channel.answer(frame.reply);
    else if (frame.type === 'server_shutdown' && !this.over) this.listener.serverShutdown();
  }

  /** Frames that wait behind a blocked event loop are read before the second look. */
  private watch(): void {
    if (this.socket.readyState === WebSocket.OPEN && this.isSilent()) {
      setImmediate(() => {
        if (this.isSilent())
          this.end(
            new SessionEnd(`was silent for ${this.options.silenceMs / 1000} s although open`, 0, 'silent'),
          );
      });
    }
  }

  private isSilent(): boolean {
    return Date.now() - this.lastFrameMs > this.options.silenceMs;
  }

  private end(reason: SessionEnd, closeCode?: number): void {
    if (this.over) return;
    this.over = true;
    clearInterval(this.watchdog);
    this.stopped.abort(reason);
    this.channel.fail(reason);
    if (closeCode === undefined || this.socket.readyState !== WebSocket.OPEN) this.socket.terminate();
    else this.closePolitely(closeCode);
    this.finish(reason);
  }

  private closePolitely(code: number): void {
    const patience = setTimeout(() => this.socket.terminate(), this.options.closeTimeoutMs);
    this.socket.once('close', () => clearTimeout(patience));
    this.socket.close(code);
  }
}
