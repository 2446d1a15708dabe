/** A local exchange over real sockets that speaks the market-data part of Binance's spot interface. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { durationMsOf, type Interval } from '../src/market/interval';
import { ControlEndpoint } from './control-endpoint';
import { ExchangeClock } from './exchange-clock';
import type { ExchangeOptions } from './exchange-options';
import { FaultSwitches } from './faults/fault-switches';
import { LiveMarket } from './market/live-market';
import { MarketFaults } from './market/market-faults';
import { EXCHANGE_TIMING, type MarketTiming } from './market/market-timing';
import { RollingDays } from './market/rolling-day';
import { openMarket } from './market-choice';
import { type PlayOptions, RecordingPlayer } from './replay/recording-player';
import { RateLimits } from './rest/rate-limits';
import { RestFaults } from './rest/rest-faults';
import { RestServer } from './rest/rest-server';
import { EXCHANGE_LIMITS } from './stream/connection-limits';
import { HandshakeFaults } from './stream/handshake-faults';
import { KlinePublisher } from './stream/kline-publisher';
import { SentCounts } from './stream/sent-counts';
import { StreamFaults } from './stream/stream-faults';
import { StreamHub } from './stream/stream-hub';
import { StreamServer } from './stream/stream-server';
import { TickerPublisher } from './stream/ticker-publisher';

export class SimulatedExchange {
  readonly clock: ExchangeClock;
  readonly market: LiveMarket;
  readonly faults: FaultSwitches;
  /** What was sent, for comparison with what a client applied. */
  readonly sent = new SentCounts();
  readonly #hub: StreamHub;
  readonly #streams: StreamServer;
  readonly #player: RecordingPlayer;
  readonly #http: Server;
  readonly #running: readonly { stop(): void }[];

  /** Resolves once the port is open. @throws Error when the port is taken or a recording cannot be read */
  static async start(options: ExchangeOptions = {}): Promise<SimulatedExchange> {
    const exchange = new SimulatedExchange(options);
    await exchange.#listen(options.port ?? 0, options.host ?? '127.0.0.1');
    exchange.market.start();
    return exchange;
  }

  private constructor(options: ExchangeOptions) {
    const streamFaults = new StreamFaults();
    const handshakeFaults = new HandshakeFaults();
    const restFaults = new RestFaults();
    const marketFaults = new MarketFaults();
    const load = { burstFactor: 1 };
    this.clock = new ExchangeClock(options.clock);
    const { feeds, base, newFeed } = openMarket(options, this.clock.now(), load);
    const timing = timingFor(base, options);
    this.market = new LiveMarket(feeds, base, this.clock, timing, marketFaults, this.sent);
    this.#hub = new StreamHub(streamFaults, this.sent);
    const { clock, market } = this;
    const hub = this.#hub;
    const days = new RollingDays();
    const klines = new KlinePublisher(hub, market, clock, streamFaults);
    const tickers = new TickerPublisher(hub, market, days, clock, options.tickerPeriodMs ?? 1000);
    hub.onSubscribe((stream) => klines.watch(stream));
    const limits = { ...EXCHANGE_LIMITS, ...options.limits, pings: () => handshakeFaults.pings };
    this.#streams = new StreamServer(hub, limits, handshakeFaults, options.compression ?? false);
    const rest = new RestServer(market, days, clock, rateLimits(options), restFaults);
    this.faults = new FaultSwitches({
      clock,
      market,
      hub,
      marketFaults,
      streamFaults,
      handshakeFaults,
      restFaults,
      load,
      newFeed,
    });
    this.#http = serve(rest, new ControlEndpoint(this), this.#streams);
    this.#player = new RecordingPlayer(hub, clock);
    this.#running = [this.#player, market, klines, tickers, restFaults, this.#streams];
  }

  get wsUrl(): string {
    return `ws://${this.#address()}`;
  }

  get restUrl(): string {
    return `http://${this.#address()}`;
  }

  /** Sends a socket recording's frames to whoever listens to their streams. @returns frames that reached a client */
  playRecording(path: string, options: PlayOptions = {}): Promise<number> {
    return this.#player.play(path, options);
  }

  /** Ends every connection and frees the port. */
  async stop(): Promise<void> {
    for (const part of this.#running) part.stop();
    this.#http.closeAllConnections();
    await new Promise<void>((resolve) => this.#http.close(() => resolve()));
  }

  #address(): string {
    const { address, port, family } = this.#http.address() as AddressInfo;
    return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
  }

  #listen(port: number, host: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(port, host, () => {
        this.#http.off('error', reject);
        resolve();
      });
    });
  }
}

/** A market played in seconds has no room for pauses that are made for minutes. */
function timingFor(base: Interval, options: ExchangeOptions): MarketTiming {
  const timing = { ...EXCHANGE_TIMING, ...options.timing };
  const share = durationMsOf(base) / durationMsOf('1m');
  if (share === 1) return timing;
  const pushPeriodMs = Math.min(timing.pushPeriodMs, durationMsOf(base) / 2);
  return { ...timing, pushPeriodMs, openingDelayMs: timing.openingDelayMs * share };
}

function rateLimits(options: ExchangeOptions): RateLimits {
  const { restWeightPerMinute = 6000, refusalsBeforeBan = 20, banMs = 120_000 } = options;
  return new RateLimits(restWeightPerMinute, refusalsBeforeBan, banMs);
}

function serve(rest: RestServer, control: ControlEndpoint, streams: StreamServer): Server {
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/simulator/')) void control.handle(request, response);
    else rest.handle(request, response);
  });
  server.on('upgrade', (request, socket, head) => streams.upgrade(request, socket, head));
  return server;
}
