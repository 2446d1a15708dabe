import { Backoff } from '../backoff';
import type { Logger } from '../log';
import type { MarketSpans } from '../telemetry/spans-market';
import { FeedStoppedError, pause } from './abort';
import type { AttemptGate } from './attempt-gate';
import type { SessionEnd } from './session-end';
import type { ConnectionListener, LifetimeContext } from './stream-contract';
import { StreamLifetime } from './stream-lifetime';
import type { ConnectionOptions } from './stream-options';

export type StreamState = 'connecting' | 'open' | 'backoff';

interface Identity {
  /** 1, 2, 3, … and stays with the connection. */
  readonly number: number;
  /** For the log: `Binance connection 2 of 3`. */
  name(): string;
}

/** One of the exchange's connections for as long as it is needed, over as many sockets as that takes. */
export class StreamConnection {
  reconnects = 0;
  /** What the last lifetime ended with, while there is no other. */
  lastProblem = '';
  private wanted: ReadonlySet<string> = new Set();
  private lifetime: StreamLifetime | undefined;
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
    private readonly spans?: MarketSpans,
  ) {
    this.backoff = new Backoff(options.backoff);
  }

  get state(): StreamState {
    if (!this.lifetime) return 'backoff';
    return this.lifetime.isOpen ? 'open' : 'connecting';
  }

  /** Open, and every wanted stream answered. */
  get settled(): boolean {
    return this.state === 'open' && (this.lifetime?.session?.subscription.matches(this.wanted) ?? false);
  }

  isSubscribed(stream: string): boolean {
    const session = this.lifetime?.session;
    return session?.isOver === false && session.subscription.acknowledged.has(stream);
  }

  /** The first call opens the connection. */
  setStreams(streams: ReadonlySet<string>): void {
    this.wanted = new Set(streams);
    this.running ??= this.run();
    this.synchronise();
  }

  /** @throws FeedStoppedError when the connection is stopped first */
  whenSettled(): Promise<void> {
    if (this.stopped.signal.aborted) return Promise.reject(new FeedStoppedError());
    if (this.settled) return Promise.resolve();
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  resubscribe(streams: readonly string[]): void {
    const renewed = this.lifetime?.session?.subscription.renew(streams, () => this.wanted);
    // A socket that ends meanwhile is replaced, and its successor subscribes to everything.
    renewed?.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
    for (const { reject } of this.waiting.splice(0)) reject(new FeedStoppedError());
  }

  private async run(): Promise<void> {
    let cause: 'first' | 'reconnect' = 'first';
    while (!this.stopped.signal.aborted) {
      const lifetime = new StreamLifetime(this.context());
      this.lifetime = lifetime;
      const end = await lifetime.run(cause);
      this.lifetime = undefined;
      cause = 'reconnect';
      let delayMs = 0;
      lifetime.ended(end, () => {
        if (!this.stopped.signal.aborted) delayMs = this.broken(end);
      });
      await pause(delayMs, this.stopped.signal).catch(() => undefined);
    }
  }

  private context(): LifetimeContext {
    const { options, gate, backoff, listener, log, identity } = this;
    return {
      ...{ options, gate, backoff, listener, log },
      signal: this.stopped.signal,
      number: identity.number,
      name: () => identity.name(),
      wanted: () => this.wanted,
      attempting: (cause) => {
        if (cause === 'reconnect') this.reconnects++;
        return this.spans?.connect(identity.number, this.wanted.size, cause);
      },
      adopted: () => {
        this.lastProblem = '';
        this.synchronise();
      },
    };
  }

  /** @returns how long to wait before the next attempt */
  private broken(end: SessionEnd): number {
    if (end.banMs > 0) this.gate.block(end.banMs);
    const delayMs = this.backoff.nextMs(end.banMs);
    this.lastProblem = end.message;
    const seconds = (delayMs / 1000).toFixed(1);
    this.log.warn({ delayMs }, `${this.identity.name()} ${end.message}: reconnecting in ${seconds} s`);
    return delayMs;
  }

  private synchronise(): void {
    const { lifetime } = this;
    if (!lifetime?.isOpen || !lifetime.session) return;
    lifetime.session
      .subscribed(() => this.wanted)
      .then(() => this.announce())
      .catch(() => undefined);
  }

  private announce(): void {
    if (this.settled) for (const { resolve } of this.waiting.splice(0)) resolve();
  }
}
