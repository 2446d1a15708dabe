/** Once a second: the tickers of symbols that changed, for those who subscribed. */
import type { ExchangeClock } from '../exchange-clock';
import type { LiveMarket } from '../market/live-market';
import type { LiveSymbol } from '../market/live-symbol';
import type { RollingDays } from '../market/rolling-day';
import { miniTickerFrame, tickerFrame } from '../ticker-frames';
import type { EventText } from './channel';
import { lowerAscii } from './kline-publisher';
import type { StreamHub } from './stream-hub';

const ALL_MINI_TICKERS = '!miniTicker@arr';

export class TickerPublisher {
  readonly #timer: NodeJS.Timeout;
  readonly #lastTradeIds = new WeakMap<LiveSymbol, number>();

  constructor(
    private readonly hub: StreamHub,
    private readonly market: LiveMarket,
    private readonly days: RollingDays,
    private readonly clock: ExchangeClock,
    periodMs: number,
  ) {
    this.#timer = setInterval(() => this.#publish(), periodMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #publish(): void {
    const nowMs = this.clock.now();
    const wantsAll = this.hub.hasSubscribers(ALL_MINI_TICKERS);
    const miniTickers: EventText[] = [];
    for (const symbol of this.market.symbols.values()) {
      if (!this.#changed(symbol)) continue;
      const name = lowerAscii(symbol.name);
      const [ticker, mini] = [`${name}@ticker`, `${name}@miniTicker`];
      const [wantsTicker, wantsMini] = [this.hub.hasSubscribers(ticker), this.hub.hasSubscribers(mini)];
      if (!wantsAll && !wantsTicker && !wantsMini) continue;
      const day = this.days.figures(symbol, nowMs);
      if (wantsTicker) this.hub.publish(ticker, (time) => tickerFrame(symbol.name, day, nowMs, time));
      const miniTicker: EventText = (time) => miniTickerFrame(symbol.name, day, nowMs, time);
      if (wantsMini) this.hub.publish(mini, miniTicker);
      if (wantsAll) miniTickers.push(miniTicker);
    }
    if (miniTickers.length === 0) return;
    this.hub.publish(ALL_MINI_TICKERS, (time) => `[${miniTickers.map((text) => text(time)).join(',')}]`);
  }

  #changed(symbol: LiveSymbol): boolean {
    if (this.#lastTradeIds.get(symbol) === symbol.lastTradeId) return false;
    this.#lastTradeIds.set(symbol, symbol.lastTradeId);
    return true;
  }
}
