import type { ComponentHealth } from '../health';
import type { Logger } from '../log';
import type { FeedState } from '../telemetry/exchange-telemetry';
import { FeedStoppedError } from './abort';
import { ExchangeLink } from './exchange-link';
import { type FeedPhase, feedHealth } from './feed-health';
import { type FeedOptions, withDefaults } from './feed-options';
import { type FeedTelemetry, observerOf } from './feed-telemetry';
import type { Interval } from './interval';
import type { MarketView } from './market-view';
import type { Universe } from './universe';

/** The market as the exchange sends it: follows the universe for ever, whatever happens on the way. */
export class MarketFeed {
  /** What the rest of the machine may know of the market. */
  readonly view: MarketView;
  private readonly link: ExchangeLink;
  private phase: FeedPhase = 'idle';
  private intervals: ReadonlySet<Interval> = new Set();
  private changes: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly options: FeedOptions,
    { exchange, kline, spans }: FeedTelemetry,
    private readonly log: Logger,
  ) {
    const adopt = (universe: Universe) => this.adopt(universe);
    this.link = new ExchangeLink(withDefaults(options), observerOf({ exchange, kline }), adopt, log, spans);
    this.view = this.link.market;
    exchange.observeFeed(() => this.state());
    exchange.observeTickers(() => this.link.market.tickers.series());
    kline.observeSeries(() => this.link.market.candles.series());
  }

  /**
   * Resolves once the universe is known, subscribed and filled with history, however long the exchange takes.
   * @throws FeedStoppedError when `stop` comes first
   */
  start(intervals: ReadonlySet<Interval>): Promise<void> {
    this.intervals = new Set(intervals);
    return this.inTurn(async () => {
      this.enter('universe');
      this.link.market.setUniverse(await this.link.universe.load());
      await this.follow();
      this.link.watch();
      this.log.info(`The market feed follows ${this.health().detail}`);
    });
  }

  /**
   * From now on these intervals are followed, and no others.
   * @throws FeedStoppedError when `stop` comes first
   */
  requireIntervals(intervals: ReadonlySet<Interval>): Promise<void> {
    this.intervals = new Set(intervals);
    return this.inTurn(async () => {
      if (this.phase !== 'idle') await this.follow();
    });
  }

  async stop(): Promise<void> {
    this.phase = 'stopped';
    await this.link.stop();
    await this.changes.catch(() => undefined);
  }

  health(): ComponentHealth {
    const { pool, market, universe, backfill, silence } = this.link;
    return feedHealth({
      phase: this.phase,
      symbols: market.symbols().length,
      intervals: market.candles.intervals.length,
      connections: pool.states,
      connected: pool.connected,
      connectionProblems: pool.problems,
      universeProblem: universe.problem,
      backfillPending: backfill.pending,
      backfillProblem: backfill.problem,
      silentStreams: silence.count,
    });
  }

  state(): FeedState {
    const { pool, router } = this.link;
    return {
      connected: pool.connected,
      reconnects: pool.reconnects,
      frames: router.counts,
      connections: pool.states,
      symbols: { wanted: this.options.symbolCount, ...this.link.symbolCounts() },
    };
  }

  private adopt(universe: Universe): Promise<void> {
    return this.inTurn(async () => {
      this.link.market.setUniverse(universe);
      await this.follow();
    });
  }

  private async follow(): Promise<void> {
    const { link } = this;
    link.market.setIntervals(this.intervals);
    this.enter('subscribing');
    await link.subscribe();
    this.enter('backfilling');
    await link.fill();
    this.enter('following');
  }

  private enter(phase: FeedPhase): void {
    if (this.phase === 'stopped') throw new FeedStoppedError();
    this.phase = phase;
  }

  /** Changes of symbols and of intervals one after another: each sees the streams the last one left. */
  private inTurn(change: () => Promise<void>): Promise<void> {
    const done = this.changes.then(change);
    this.changes = done.catch(() => undefined);
    return done;
  }
}
