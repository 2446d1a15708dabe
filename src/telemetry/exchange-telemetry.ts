import type { Counter, Histogram, Meter } from '@opentelemetry/api';
import { EXCHANGE_METRICS } from './catalogue/exchange';
import { counter, declareSeries, histogram, observableCounter, observableGauge } from './instruments';
import {
  CONNECTION_STATES,
  type ConnectionState,
  FRAME_TYPES,
  type FrameType,
  SYMBOL_STATES,
  type SymbolState,
} from './label-values';

/** What the feed knows about itself: plain fields, read when somebody scrapes. */
export interface FeedState {
  /** Every needed connection is open and subscribed. */
  readonly connected: boolean;
  readonly reconnects: number;
  readonly frames: Readonly<Record<FrameType, number>>;
  readonly connections: Readonly<Record<ConnectionState, number>>;
  readonly symbols: Readonly<Record<SymbolState, number>>;
}

/** One symbol's ticker stream. */
export interface TickerCount {
  readonly labels: { readonly symbol: string };
  readonly updates: number;
}

/** Connections to the exchange: sockets and REST. */
export class ExchangeTelemetry {
  private readonly latencyMs: Histogram;
  private readonly clockSkew: Counter;
  private readonly restRequests: Counter;

  constructor(private readonly meter: Meter) {
    this.latencyMs = histogram(meter, EXCHANGE_METRICS.latency);
    this.clockSkew = counter(meter, EXCHANGE_METRICS.clockSkew);
    this.restRequests = counter(meter, EXCHANGE_METRICS.restRequests);
    declareSeries(this.latencyMs, {});
    this.clockSkew.add(0);
  }

  /** @param latencyMs time of receipt minus the exchange's event time; negative when our clock is behind. */
  frameReceived(latencyMs: number): void {
    if (latencyMs < 0) this.clockSkew.add(1);
    this.latencyMs.record(Math.max(0, latencyMs));
  }

  /** @param status the HTTP status, or `network` or `timeout` where there was none. */
  restAnswered(endpoint: string, status: string): void {
    this.restRequests.add(1, { endpoint, status });
  }

  observeFeed(state: () => FeedState): void {
    const connected = observableGauge(this.meter, EXCHANGE_METRICS.connected);
    const reconnects = observableCounter(this.meter, EXCHANGE_METRICS.reconnects);
    const messages = observableCounter(this.meter, EXCHANGE_METRICS.messages);
    const connections = observableGauge(this.meter, EXCHANGE_METRICS.connections);
    const symbols = observableGauge(this.meter, EXCHANGE_METRICS.symbols);
    this.meter.addBatchObservableCallback(
      (result) => {
        const feed = state();
        result.observe(connected, feed.connected ? 1 : 0, { status: 'connected' });
        result.observe(reconnects, feed.reconnects);
        for (const type of FRAME_TYPES) result.observe(messages, feed.frames[type], { type });
        for (const state of CONNECTION_STATES)
          result.observe(connections, feed.connections[state], { state });
        for (const state of SYMBOL_STATES) result.observe(symbols, feed.symbols[state], { state });
      },
      [connected, reconnects, messages, connections, symbols],
    );
  }

  observeTickers(tickers: () => Iterable<TickerCount>): void {
    observableCounter(this.meter, EXCHANGE_METRICS.tickerUpdates).addCallback((result) => {
      for (const ticker of tickers()) result.observe(ticker.updates, ticker.labels);
    });
  }
}
