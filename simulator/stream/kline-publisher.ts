/** Turns the market's candles into kline events for those who subscribed. */
import { type Interval, isInterval, shiftOpenTime } from '../../src/market/interval';
import type { ExchangeClock } from '../exchange-clock';
import { klineFrame } from '../frames';
import type { LiveCandle } from '../market/candle';
import type { LiveMarket } from '../market/live-market';
import type { LiveSymbol } from '../market/live-symbol';
import { StreamFaults } from './stream-faults';
import type { StreamHub } from './stream-hub';

export class KlinePublisher {
  readonly #delayed = new Set<NodeJS.Timeout>();

  constructor(
    private readonly hub: StreamHub,
    private readonly market: LiveMarket,
    private readonly clock: ExchangeClock,
    private readonly faults: StreamFaults,
  ) {
    market.onKline((symbol, interval, candle, closed, eventTimeMs) =>
      this.#announce(symbol, interval, candle, closed, eventTimeMs),
    );
  }

  /** Makes the market keep the candle of a kline stream; a name that matches no symbol stays silent. */
  watch(stream: string): void {
    const parsed = parseKlineStream(stream);
    if (parsed) this.market.watch(parsed.symbol, parsed.interval);
  }

  stop(): void {
    for (const timer of this.#delayed) clearTimeout(timer);
  }

  #announce(
    symbol: LiveSymbol,
    interval: Interval,
    candle: LiveCandle,
    closed: boolean,
    eventTimeMs: number,
  ): void {
    const stream = klineStream(symbol.name, interval);
    if (!this.hub.hasSubscribers(stream)) return;
    if (!closed) this.#publish(stream, symbol.name, interval, candle, false, eventTimeMs);
    else this.#announceClose(stream, symbol.name, interval, candle, eventTimeMs);
  }

  #announceClose(
    stream: string,
    name: string,
    interval: Interval,
    candle: LiveCandle,
    eventTimeMs: number,
  ): void {
    if (this.faults.dropsClose(stream)) return;
    const delayMs = this.faults.closeDelayMs(stream) + Math.random() * this.faults.closeSpreadMs;
    const send = (timeMs: number) => {
      this.#publish(stream, name, interval, candle, true, timeMs);
      if (this.faults.doublesClose(stream)) this.hub.repeatLast(stream);
    };
    if (delayMs < 1) {
      send(eventTimeMs);
      return;
    }
    const timer = setTimeout(() => {
      this.#delayed.delete(timer);
      send(this.clock.now());
    }, delayMs);
    this.#delayed.add(timer);
  }

  #publish(
    stream: string,
    name: string,
    interval: Interval,
    candle: LiveCandle,
    closed: boolean,
    eventTimeMs: number,
  ): void {
    const datedMs = eventTimeMs - StreamFaults.take(this.faults.olderEvents, stream);
    const candlesBack = StreamFaults.take(this.faults.olderCandles, stream);
    const sent =
      candlesBack === 0
        ? candle
        : { ...candle, openTimeMs: shiftOpenTime(interval, candle.openTimeMs, -candlesBack) };
    const now = { ...sent };
    this.hub.publish(stream, (time) => klineFrame(name, interval, now, closed, datedMs, time), closed);
  }
}

/** Only ASCII letters are lowered, as on the exchange. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

export function klineStream(symbol: string, interval: Interval): string {
  return `${lowerAscii(symbol)}@kline_${interval}`;
}

/** undefined for anything but a kline stream in the exchange's spelling: upper case is another, silent, name. */
export function parseKlineStream(stream: string): { symbol: string; interval: Interval } | undefined {
  const [, name, interval] = /^([^@]+)@kline_(\w+)$/.exec(stream) ?? [];
  if (name === undefined || !isInterval(interval) || /[A-Z]/.test(name)) return undefined;
  return { symbol: name.replace(/[a-z]/g, (letter) => letter.toUpperCase()), interval };
}
