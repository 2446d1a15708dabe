/** B6: 3,000 candles close at once: 500 symbols × 6 intervals, through a real socket into the trader's own store. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pino } from 'pino';
import { LogLimiter } from '../src/log-limiter';
import { ExchangeClock } from '../src/market/exchange-clock';
import { FrameRouter } from '../src/market/frame-router';
import { closeTimeOf, type Interval, shiftOpenTime } from '../src/market/interval';
import type { MarketData } from '../src/market/market-data';
import type { RestClient } from '../src/market/rest-client';
import { StreamSession } from '../src/market/stream-session';
import type { Benchmark } from './benchmark';
import { BOUNDARY_MS, filledMarket, symbolNames } from './filled-market';

const INTERVALS: readonly Interval[] = ['1m', '5m', '15m', '1h', '4h', '1d'];
const SYMBOLS = symbolNames(500);
const CLOSES = SYMBOLS.length * INTERVALS.length;
const TIMER_MS = 10;
const PATIENCE = {
  silenceMs: 600_000,
  handshakeTimeoutMs: 10_000,
  subscribeIntervalMs: 1,
  ackTimeoutMs: 10_000,
  closeTimeoutMs: 1_000,
  banMs: 1_000,
};

/** The push that ends the candle which opened `turn` candles after the filled history. */
function closingFrame(symbol: string, interval: Interval, turn: number): string {
  const t = shiftOpenTime(interval, BOUNDARY_MS, turn);
  const prices = { o: '100.10', c: '100.20', h: '100.40', l: '99.90' };
  const volumes = { v: '12.5', n: 40, x: true, q: '1252.5', V: '6.1', Q: '611.2', B: '0' };
  const k = { t, T: closeTimeOf(interval, t), s: symbol, i: interval, f: 1, L: 40, ...prices, ...volumes };
  const stream = `${symbol.toLowerCase()}@kline_${interval}`;
  return JSON.stringify({ stream, data: { e: 'kline', E: Date.now(), s: symbol, k } });
}

interface Burst {
  readonly appliedMs: number;
  readonly timerLagMs: number;
}

class Bursts {
  private turn = 0;
  private applied = 0;
  private finished: () => void = () => {};

  private constructor(
    private readonly sender: ReturnType<typeof fork>,
    private readonly session: StreamSession,
  ) {}

  static async start(): Promise<Bursts> {
    const sender = fork(join(__dirname, 'burst-sender.js'));
    const [{ port }] = (await once(sender, 'message')) as [{ port: number }];
    const market = filledMarket({ symbols: SYMBOLS, intervals: INTERVALS, candles: 500 });
    let bursts: Bursts | undefined;
    market.onClose(() => bursts?.closed());
    const session = Bursts.connect(port, market);
    bursts = new Bursts(sender, session);
    await session.opened();
    return bursts;
  }

  private static connect(port: number, market: MarketData): StreamSession {
    const observer = { frameReceived: () => {}, parseFailed: () => {} };
    const clock = new ExchangeClock({} as RestClient);
    const router = new FrameRouter(market, clock, observer, new LogLimiter(pino({ level: 'silent' })));
    return new StreamSession(
      { ...PATIENCE, url: `ws://127.0.0.1:${port}` },
      {
        received: (text) => router.receive(text),
        serverShutdown: () => {},
        acknowledged: () => {},
        refused: () => {},
      },
    );
  }

  private closed(): void {
    this.applied++;
    if (this.applied === CLOSES) this.finished();
  }

  /** From the sender's start to the last candle in the store. */
  async burst(): Promise<Burst> {
    const turn = this.turn++;
    const frames = SYMBOLS.flatMap((symbol) =>
      INTERVALS.map((interval) => closingFrame(symbol, interval, turn)),
    );
    this.applied = 0;
    const lags: number[] = [];
    let beforeMs = performance.now();
    const timer = setInterval(() => {
      lags.push(performance.now() - beforeMs - TIMER_MS);
      beforeMs = performance.now();
    }, TIMER_MS);
    const done = new Promise<void>((resolve) => {
      this.finished = resolve;
    });
    const startedMs = performance.now();
    this.sender.send({ frames });
    await done;
    const appliedMs = performance.now() - startedMs;
    await new Promise((resolve) => setTimeout(resolve, 2 * TIMER_MS));
    clearInterval(timer);
    lags.sort((a, b) => a - b);
    return { appliedMs, timerLagMs: lags[Math.ceil(lags.length * 0.99) - 1] ?? 0 };
  }

  stop(): void {
    this.session.close('the benchmark is over');
    this.sender.kill();
  }
}

let stop = () => {};

const contestantsOf = (figure: keyof Burst) => async () => {
  const bursts = await Bursts.start();
  stop = () => bursts.stop();
  return [{ name: 'ours', round: async () => (await bursts.burst())[figure] }];
};

export const applied: Benchmark = {
  id: 'B6-applied',
  title: 'Burst of 3,000 closes: until the last is in the store',
  unit: 'ms',
  rounds: 15,
  contestants: contestantsOf('appliedMs'),
  goals: [{ atMost: 100 }],
  note: 'From the moment another process is told to send 3,000 frames through one WebSocket, its sending included.',
  close: () => stop(),
};

export const timerLag: Benchmark = {
  id: 'B6-lag',
  title: 'Burst of 3,000 closes: 99th percentile of the lag of a 10 ms timer meanwhile',
  unit: 'ms',
  rounds: 15,
  contestants: contestantsOf('timerLagMs'),
  goals: [{ atMost: 50 }],
  close: () => stop(),
};
