import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import type { ConnectSpan } from '../telemetry/spans-market';
import { pause } from './abort';
import type { SessionEnd } from './session-end';
import type { LifetimeContext, SubscriptionCause } from './stream-contract';
import { StreamSession } from './stream-session';

/** From one connect to the next break: one socket, or several that took over from each other without a gap. */
export class StreamLifetime {
  session: StreamSession | undefined;
  /** A fully subscribed socket is at work. */
  established = false;
  private attempt: ConnectSpan | undefined;
  private renewAtMs = 0;
  private renewNow: (() => void) | undefined;

  constructor(private readonly context: LifetimeContext) {}

  get isOpen(): boolean {
    return this.established && this.session?.isOver === false;
  }

  /** Tells of its end, within the span of the attempt that failed where one did. */
  ended(end: SessionEnd, tell: () => void): void {
    if (!this.attempt) tell();
    else this.attempt.failed(end.failure ?? 'stopped', end, tell);
    this.attempt = undefined;
  }

  /** @returns why it ended @throws FeedStoppedError */
  async run(cause: SubscriptionCause): Promise<SessionEnd> {
    try {
      this.adopt(await this.establish(() => cause));
      for (;;) {
        const session = this.session!;
        const end = await this.endOrRenewal(session);
        if (end) return end;
        await this.renew(session);
      }
    } catch (error) {
      return error as SessionEnd;
    }
  }

  /** @throws SessionEnd */
  private async establish(cause: () => SubscriptionCause): Promise<StreamSession> {
    const { signal } = this.context;
    await this.admission();
    this.attempt = this.context.attempting(cause());
    const session: StreamSession = this.open(cause);
    this.session ??= session;
    const abandon = () => session.close('was stopped');
    signal.addEventListener('abort', abandon, { once: true });
    void session.ended.then(() => signal.removeEventListener('abort', abandon));
    await session.opened();
    await session.subscribed(() => this.context.wanted());
    return session;
  }

  /** What comes in over the socket is no part of what opened it, for as long as the socket lives. */
  private open(cause: () => SubscriptionCause): StreamSession {
    const { options, listener } = this.context;
    const events = {
      received: (text: string) => listener.received(text),
      acknowledged: (streams: readonly string[]) => listener.acknowledged(streams, cause()),
      refused: (stream: string, reason: string) => listener.refused(stream, reason),
      serverShutdown: () => this.renewNow?.(),
    };
    return context.with(ROOT_CONTEXT, () => new StreamSession(options, events));
  }

  private async admission(): Promise<void> {
    const { gate, signal } = this.context;
    for (let waitMs = gate.admit(); waitMs > 0; waitMs = gate.admit()) await pause(waitMs, signal);
    signal.throwIfAborted();
  }

  private adopt(session: StreamSession): void {
    const { options, number } = this.context;
    this.attempt?.established();
    this.attempt = undefined;
    this.session = session;
    this.established = true;
    this.renewAtMs = Date.now() + options.renewAfterMs * (1 - 0.01 * (number % 10));
    this.context.adopted();
  }

  /**
   * The new socket is subscribed before the old one goes; what both deliver, the store takes once. Without a new one
   * the old one goes on.
   */
  private async renew(old: StreamSession): Promise<void> {
    const { log, backoff, signal } = this.context;
    const name = this.context.name();
    log.info(`${name} is being renewed: a new socket takes over before the old one is closed`);
    try {
      this.adopt(await this.establish(() => (old.isOver ? 'reconnect' : 'renewal')));
      old.close('was renewed');
    } catch (error) {
      if (old.isOver || signal.aborted) throw error;
      const { message, banMs } = error as SessionEnd;
      const delayMs = backoff.nextMs(banMs);
      this.renewAtMs = Date.now() + delayMs;
      this.ended(error as SessionEnd, () =>
        log.warn({ delayMs }, `${name} keeps its old socket: the new one ${message}`),
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
    if (session.delivered) this.context.backoff.reset();
    return end;
  }
}
