import type { Logger } from '../log';
import { LogLimiter } from '../log-limiter';
import type { HttpSpans } from '../telemetry/spans-http';
import type { MarketSpans } from '../telemetry/spans-market';
import { Backfill } from './backfill';
import type { CandleSeries } from './candle-series';
import { ExchangeClock } from './exchange-clock';
import type { FeedSettings, FeedTuning } from './feed-options';
import { type FrameObserver, FrameRouter } from './frame-router';
import { KlineHistory } from './kline-history';
import { MarketData } from './market-data';
import { RestClient, type RestObserver } from './rest-client';
import { SilenceWatch } from './silence-watch';
import type { SubscriptionCause } from './stream-contract';
import { ALL_TICKERS_STREAM } from './stream-name';
import { StreamPool } from './stream-pool';
import type { Universe } from './universe';
import { UniverseWatch } from './universe-watch';

export type LinkObserver = FrameObserver & RestObserver;
/** Absent where nothing is to be traced. */
export interface LinkSpans {
  readonly market?: MarketSpans | undefined;
  readonly http?: HttpSpans | undefined;
}
type Settings = Readonly<FeedSettings & FeedTuning>;

/** Everything that talks to the exchange, wired to the market data it fills. */
export class ExchangeLink {
  readonly market: MarketData;
  readonly router: FrameRouter;
  readonly pool: StreamPool;
  readonly backfill: Backfill;
  readonly universe: UniverseWatch;
  readonly silence: SilenceWatch;
  private readonly rest: RestClient;
  private readonly clock: ExchangeClock;
  private readonly limiter: LogLimiter;

  /** @param adopt told of every universe after the first one */
  constructor(
    private readonly settings: Settings,
    observer: LinkObserver,
    adopt: (universe: Universe) => Promise<void>,
    private readonly log: Logger,
    private readonly spans: LinkSpans = {},
  ) {
    this.limiter = new LogLimiter(log);
    this.rest = new RestClient(settings, observer, spans.http);
    this.clock = new ExchangeClock(this.rest);
    this.market = this.createMarket();
    this.router = new FrameRouter(this.market, this.clock, observer, this.limiter);
    this.backfill = this.createBackfill();
    this.pool = this.createPool();
    const followed = () => this.market.symbols();
    this.universe = new UniverseWatch(settings, this.rest, this.clock, followed, adopt, log, this.limiter);
    this.silence = this.createSilenceWatch();
  }

  /** Subscribes to what the market data have room for, no more and no less. @throws FeedStoppedError */
  async subscribe(): Promise<void> {
    this.pool.setStreams(new Set([ALL_TICKERS_STREAM, ...this.market.streams()]));
    await this.pool.whenSettled();
  }

  /** History for every series that has none. @throws FeedStoppedError */
  async fill(): Promise<void> {
    for (const series of this.market.candles.series()) {
      if (!this.backfill.hasFilled(series)) this.backfill.request(series);
    }
    await this.backfill.whenIdle();
  }

  /** Symbols with every stream acknowledged, and symbols that have said something since. */
  symbolCounts(): { readonly subscribed: number; readonly delivering: number } {
    const unsubscribed = new Set<string>();
    const followed = new Set<string>();
    const delivering = new Set<string>();
    for (const series of this.market.candles.series()) {
      followed.add(series.symbol);
      if (!this.pool.isSubscribed(series.stream)) unsubscribed.add(series.symbol);
      if (series.delivering) delivering.add(series.symbol);
    }
    return { subscribed: followed.size - unsubscribed.size, delivering: delivering.size };
  }

  watch(): void {
    this.universe.start();
    this.silence.start();
  }

  async stop(): Promise<void> {
    this.universe.stop();
    this.silence.stop();
    this.rest.stop();
    await this.pool.stop();
  }

  private createMarket(): MarketData {
    const repairNeeded = (series: CandleSeries) => this.backfill.repairSoon(series);
    const { symbolCount, candleWindow } = this.settings;
    const listenerFailed = (error: unknown) =>
      this.limiter.warn('close listener', { err: error }, 'A listener for closed candles failed');
    const now = () => this.clock.now();
    return new MarketData(symbolCount, candleWindow, { repairNeeded, listenerFailed, now });
  }

  private createBackfill(): Backfill {
    const now = () => this.clock.now();
    const history = new KlineHistory(this.rest, now, (error) => this.router.malformed(error));
    const { candleWindow: window, backfillConcurrency: concurrency, backoff, repairDelayMs } = this.settings;
    const options = { window, concurrency, backoff, repairDelayMs };
    const { clock, rest, limiter, spans } = this;
    return new Backfill(options, history, this.market.candles, clock, rest.signal, limiter, spans.market);
  }

  private createPool(): StreamPool {
    const url = `${this.settings.wsUrl.replace(/\/+$/, '')}/stream`;
    const listener = {
      received: (text: string) => this.router.receive(text),
      acknowledged: (streams: readonly string[], cause: SubscriptionCause) =>
        this.acknowledged(streams, cause),
      refused: (stream: string, reason: string) =>
        this.limiter.warn(`refused ${stream}`, { stream }, `Binance refused the stream ${stream}: ${reason}`),
    };
    return new StreamPool({ ...this.settings, url }, listener, this.log, this.spans.market);
  }

  private createSilenceWatch(): SilenceWatch {
    const series = () => this.market.candles.series();
    const suspect = () => this.universe.suspect();
    return new SilenceWatch(this.settings.silentStreamMs, series, this.pool, suspect, this.limiter);
  }

  /** A renewal hands over without a break; after a reconnect candles may have closed unseen. */
  private acknowledged(streams: readonly string[], cause: SubscriptionCause): void {
    if (cause === 'renewal') return;
    const nowMs = Date.now();
    for (const stream of streams) {
      const series = this.market.seriesOf(stream);
      if (!series) continue;
      if (!this.silence.isNoticed(series)) series.subscribedAtMs = nowMs;
      if (cause === 'reconnect') this.backfill.repairSoon(series);
    }
  }
}
