import type { Logger } from '../log';
import { FeedStoppedError, pause } from './abort';
import type { AttemptGate } from './attempt-gate';
import { Backoff } from './backoff';
import type { Frame } from './frame';
import type { ConnectionOptions } from './stream-options';
import { type SessionEnd, StreamSession } from './stream-session';

export type StreamState = 'connecting' | 'open' | 'backoff';
/** How a stream came to be subscribed: `reconnect` means that candles may have passed unseen. */
export type SubscriptionCause = 'first' | 'reconnect' | 'renewal';

export interface ConnectionListener {
  received(text: string): Frame | undefined;
  acknowledged(streams: readonly string[], cause: SubscriptionCause): void;
  refused(stream: string, reason: string): void;
}

interface Identity {
  /** 1, 2, 3, … and stays with the connection. */
  readonly number: number;
  /** For the log: `Binance connection 2 of 3`. */
  name(): string;
}

/** One of the exchange's connections for as long as it is needed, over as many sockets as that takes. */
export class StreamConnection {
  reconnects = 0;
  /** What the last session ended with, while there is none. */
  lastProblem = '';
  private phase: StreamState = 'connecting';
  private renewAtMs = 0;
  private wanted: ReadonlySet<string> = new Set();
  private session: StreamSession | undefined;
  private renewNow: (() => void) | undefined;
  private waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  private readonly stopped = new AbortController();
  private readonly backoff: Backoff;
  private running: Promise<void> | undefined;

  constructor(
    private readonly identity: Identity,
    private readonly options: ConnectionOptions,
    private readonly gate: AttemptGate,
    private readonly listener: ConnectionListener,
    private readonly log: Logger,
  ) {
    this.backoff = new Backoff(options.backoff);
  }

  /** The first call opens the connection. */
  setStreams(streams: ReadonlySet<string>): void {
    this.wanted = new Set(streams);
    this.running ??= this.run();
    this.synchronise();
  }

  get state(): StreamState {
    return this.phase === 'open' && this.session?.isOver !== false ? 'connecting' : this.phase;
  }

  isSubscribed(stream: string): boolean {
    return this.session?.subscription.acknowledged.has(stream) ?? false;
  }

  /** Open, and every wanted stream answered. */
  get settled(): boolean {
    return this.state === 'open' && (this.session?.subscription.matches(this.wanted) ?? false);
  }

  /** @throws FeedStoppedError when the connection is stopped first */
  whenSettled(): Promise<void> {
    if (this.settled) return Promise.resolve();
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  resubscribe(streams: readonly string[]): void {
    void this.session?.subscription.renew(streams, () => this.wanted).catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    this.session?.close('was stopped');
    await this.running;
    for (const { reject } of this.waiting.splice(0)) reject(new FeedStoppedError());
  }

  private async run(): Promise<void> {
    try {
      for (let cause: SubscriptionCause = 'first'; ; cause = 'reconnect') {
        const end = await this.live(cause);
        await this.backOff(end);
      }
    } catch (error) {
      if (!(error instanceof FeedStoppedError)) throw error;
    }
  }

  /** From the first attempt to the end of the last socket that took over without a break. */
  private async live(cause: SubscriptionCause): Promise<SessionEnd> {
    this.phase = 'connecting';
    try {
      this.adopt(await this.establish(() => cause));
      for (;;) {
        const session = this.session!;
        const end = await this.endOrRenewal(session);
        if (end) return end;
        await this.renew(session);
      }
    } catch (error) {
      if (this.stopped.signal.aborted) throw new FeedStoppedError();
      return error as SessionEnd;
    } finally {
      this.session = undefined;
    }
  }

  /** @throws SessionEnd */
  private async establish(cause: () => SubscriptionCause): Promise<StreamSession> {
    await this.admission();
    if (cause() === 'reconnect') this.reconnects++;
    const session: StreamSession = new StreamSession(this.options, {
      received: (text) => this.listener.received(text),
      acknowledged: (streams) => this.listener.acknowledged(streams, cause()),
      refused: (stream, reason) => this.listener.refused(stream, reason),
      serverShutdown: () => this.renewNow?.(),
    });
    this.session ??= session;
    const abandon = () => session.close('was stopped');
    this.stopped.signal.addEventListener('abort', abandon, { once: true });
    void session.ended.then(() => this.stopped.signal.removeEventListener('abort', abandon));
    await session.opened();
    await session.subscribed(() => this.wanted);
    return session;
  }

  private async admission(): Promise<void> {
    for (let waitMs = this.gate.admit(); waitMs > 0; waitMs = this.gate.admit()) {
      if (!this.session) this.phase = 'backoff';
      await pause(waitMs, this.stopped.signal);
    }
    this.stopped.signal.throwIfAborted();
  }

  private adopt(session: StreamSession): void {
    this.session = session;
    this.phase = 'open';
    this.lastProblem = '';
    this.renewAtMs = Date.now() + this.options.renewAfterMs * (1 - 0.01 * (this.identity.number % 10));
    this.synchronise();
  }

  /**
   * The new socket is subscribed before the old one goes; what both deliver, the store takes once. Without a new one
   * the old one goes on.
   */
  private async renew(old: StreamSession): Promise<void> {
    this.log.info(
      `${this.identity.name()} is being renewed: a new socket takes over before the old one is closed`,
    );
    try {
      this.adopt(await this.establish(() => (old.isOver ? 'reconnect' : 'renewal')));
      old.close('was renewed');
    } catch (error) {
      if (old.isOver || this.stopped.signal.aborted) throw error;
      const delayMs = this.backoff.nextMs((error as SessionEnd).banMs);
      this.renewAtMs = Date.now() + delayMs;
      this.log.warn(
        { delayMs },
        `${this.identity.name()} keeps its old socket: the new one ${(error as Error).message}`,
      );
    }
  }

  /** Undefined when it is time to renew. */
  private async endOrRenewal(session: StreamSession): Promise<SessionEnd | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const renewal = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, Math.max(0, this.renewAtMs - Date.now()), undefined);
      this.renewNow = () => resolve(undefined);
    });
    const end = await Promise.race([session.ended, renewal]);
    clearTimeout(timer);
    this.renewNow = undefined;
    if (session.delivered) this.backoff.reset();
    return end;
  }

  private async backOff(end: SessionEnd): Promise<void> {
    if (this.stopped.signal.aborted) throw new FeedStoppedError();
    if (end.banMs > 0) this.gate.block(end.banMs);
    const delayMs = this.backoff.nextMs(end.banMs);
    this.phase = 'backoff';
    this.lastProblem = end.message;
    const seconds = (delayMs / 1000).toFixed(1);
    this.log.warn({ delayMs }, `${this.identity.name()} ${end.message}: reconnecting in ${seconds} s`);
    await pause(delayMs, this.stopped.signal);
  }

  private synchronise(): void {
    const { session } = this;
    if (!session || this.phase !== 'open') return;
    session
      .subscribed(() => this.wanted)
      .then(() => this.announce())
      .catch(() => undefined);
  }

  private announce(): void {
    if (this.settled) for (const { resolve } of this.waiting.splice(0)) resolve();
  }
}
