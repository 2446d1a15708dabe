import type { BackoffOptions } from '../backoff';
import type { Logger } from '../log';
import type { LogLimiter } from '../log-limiter';
import { FeedStoppedError } from './abort';
import type { ExchangeClock } from './exchange-clock';
import { requestUntilAnswered } from './persistent-request';
import type { RestClient } from './rest-client';
import { loadUniverse, type Universe } from './universe';

export interface UniverseWatchOptions {
  readonly symbolCount: number;
  readonly universeRefreshMs: number;
  readonly backoff: BackoffOptions;
}

/** Asks for the universe at the start, from time to time, and when there is reason to: for as long as it takes. */
export class UniverseWatch {
  /** Why there is no newer universe; empty when there is. */
  problem = '';
  private refreshing = false;
  private lastRefreshMs = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: UniverseWatchOptions,
    private readonly rest: RestClient,
    private readonly clock: ExchangeClock,
    private readonly followed: () => readonly string[],
    private readonly adopt: (universe: Universe) => Promise<void>,
    private readonly log: Logger,
    private readonly limiter: LogLimiter,
  ) {}

  /** @throws FeedStoppedError when the feed stops first */
  async load(): Promise<Universe> {
    const attempt = async () => {
      await this.clock.measure();
      return loadUniverse(this.rest, this.options.symbolCount, this.followed());
    };
    const universe = await requestUntilAnswered(
      attempt,
      this.options.backoff,
      this.rest.signal,
      (error, delayMs) => {
        this.problem = `${error.message}, retrying in ${Math.ceil(delayMs / 1000)} s`;
        this.limiter.warn(
          `universe ${error.failure}`,
          { delayMs },
          `The universe could not be had: ${this.problem}`,
        );
      },
      // Without a universe there is nothing else to do, and a refusal may end: a geo-block (451), a wrong proxy.
      () => true,
    );
    this.problem = '';
    this.lastRefreshMs = Date.now();
    return universe;
  }

  start(): void {
    this.timer = setInterval(() => void this.refresh(), this.options.universeRefreshMs);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Something looks as if a symbol had gone: asks ahead of time, but not more than sixty times as often. */
  suspect(): void {
    if (Date.now() - this.lastRefreshMs > this.options.universeRefreshMs / 60) void this.refresh();
  }

  private async refresh(): Promise<void> {
    if (this.refreshing) return;
    this.refreshing = true;
    try {
      const before = new Set(this.followed());
      const universe = await this.load();
      this.report(before, universe);
      await this.adopt(universe);
    } catch (error) {
      if (!(error instanceof FeedStoppedError))
        this.log.error({ err: error }, 'The universe could not be refreshed');
    } finally {
      this.refreshing = false;
    }
  }

  private report(before: ReadonlySet<string>, { symbols }: Universe): void {
    const now = new Set(symbols);
    const came = symbols.filter((symbol) => !before.has(symbol));
    const left = [...before].filter((symbol) => !now.has(symbol));
    if (came.length + left.length === 0) return;
    const sentence = `The universe changed: ${came.join(', ') || 'nobody'} came, ${left.join(', ') || 'nobody'} left`;
    this.log.info({ came, left }, sentence);
  }
}
