import { DURATION_MS } from '../buckets';
import { CONNECTION_STATES, FRAME_TYPES, SYMBOL_STATES } from '../label-values';
import { type MetricDefinition, OPEN } from '../metric';

export const EXCHANGE_METRICS = {
  connected: {
    name: 'binance_ws_connected',
    type: 'gauge',
    unit: '1',
    labels: { status: ['connected'] },
    when: 'always',
    help: '1 while every needed connection is open and subscribed, else 0',
  },
  reconnects: {
    name: 'binance_ws_reconnects_total',
    type: 'counter',
    unit: '{attempt}',
    labels: {},
    when: 'always',
    help: 'Reconnection attempts, not closes',
  },
  messages: {
    name: 'binance_ws_messages_total',
    type: 'counter',
    unit: '{message}',
    labels: { type: FRAME_TYPES },
    when: 'always',
    help: 'Frames received',
  },
  latency: {
    name: 'binance_ws_latency_ms',
    type: 'histogram',
    unit: 'ms',
    labels: {},
    when: 'always',
    buckets: DURATION_MS,
    help: "Time of receipt minus the exchange's event time; a negative value counts as 0",
  },
  clockSkew: {
    name: 'binance_ws_clock_skew_total',
    type: 'counter',
    unit: '{message}',
    labels: {},
    when: 'always',
    help: "Messages from the future: this machine's clock is behind",
  },
  connections: {
    name: 'binance_ws_connections',
    type: 'gauge',
    unit: '{connection}',
    labels: { state: CONNECTION_STATES },
    when: 'always',
    help: 'Connections per state',
  },
  symbols: {
    name: 'market_symbols',
    type: 'gauge',
    unit: '{symbol}',
    labels: { state: SYMBOL_STATES },
    when: 'always',
    help: 'wanted by configuration, subscribed at the exchange, delivering at least one kline since the subscription',
  },
  restRequests: {
    name: 'binance_rest_requests_total',
    type: 'counter',
    unit: '{request}',
    labels: { endpoint: OPEN, status: OPEN },
    when: 'occurrence',
    help: 'REST calls by endpoint and HTTP status, or network or timeout',
  },
  tickerUpdates: {
    name: 'binance_ticker_updates_total',
    type: 'counter',
    unit: '{update}',
    labels: { symbol: OPEN },
    when: 'series',
    help: '24 h ticker updates',
  },
} as const satisfies Record<string, MetricDefinition>;
