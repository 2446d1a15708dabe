import { type Row, redFrom } from '../panel';
import * as q from '../queries';
import { LIMITS, WINDOWS } from '../thresholds';

const LATENCY = q.ofApp('binance_ws_latency_ms_bucket');
const REST = 'binance_rest_requests_total';

function latency(quantile: number): string {
  const frames = q.rate('app', q.ofApp('binance_ws_latency_ms_count'));
  return `${q.quantile(quantile, 'app', LATENCY)}\nand on (app) ${frames} > 0`;
}

export const FEED_ROWS: readonly Row[] = [
  {
    height: 8,
    panels: [
      {
        kind: 'timeseries',
        title: 'Frames by Type',
        description:
          'What the sockets bring. kline or ticker at zero while control goes on: the feed is silent though connected. unknown above zero: Binance sends something new; parse errors below tell whether it matters.',
        unit: 'mps',
        width: 12,
        min: 0,
        queries: [
          { expr: q.rate('app, type', q.ofApp('binance_ws_messages_total')), legend: '{{type}} · {{app}}' },
        ],
        runbooks: ['FeedSilentWhileConnected'],
      },
      {
        kind: 'timeseries',
        title: 'Frame Latency',
        description:
          'Receipt minus the exchange’s event time. When red, this machine reads its sockets late (see event loop delay on Runtime & Telemetry), its line is slow, or its clock is ahead.',
        unit: 'ms',
        width: 12,
        min: 0,
        queries: [
          { expr: latency(0.5), legend: 'median · {{app}}' },
          { expr: latency(0.95), legend: 'p95 · {{app}}' },
        ],
        runbooks: ['ExchangeClockSkew', 'EventLoopBlocked'],
        steps: redFrom(LIMITS.frameLatencyMs),
      },
    ],
  },
  {
    height: 8,
    panels: [
      {
        kind: 'timeseries',
        title: 'Reconnection Attempts',
        description:
          'Attempts within ten minutes. One a day is Binance’s own limit of 24 hours. When red, it is a storm: Binance bans an address after 300 connections in five minutes, so stop the machine if it does not end.',
        unit: 'short',
        width: 8,
        min: 0,
        queries: [
          {
            expr: q.counted('app', q.ofApp('binance_ws_reconnects_total'), WINDOWS.recent),
            legend: '{{app}}',
          },
        ],
        runbooks: ['BinanceReconnectStorm'],
        steps: redFrom(LIMITS.reconnects),
      },
      {
        kind: 'timeseries',
        title: 'Connections by State',
        description:
          'Connections that are being made, open, or waiting before the next attempt. backoff that does not end: the exchange refuses; see "REST Requests" for its status.',
        unit: 'short',
        width: 8,
        min: 0,
        decimals: 0,
        stacked: true,
        queries: [
          {
            expr: `sum by (app, state) (${q.ofApp('binance_ws_connections')})`,
            legend: '{{state}} · {{app}}',
          },
        ],
        runbooks: ['BinanceDisconnected'],
      },
      {
        kind: 'timeseries',
        title: 'REST Requests',
        description:
          'Calls within ten minutes by endpoint and status. 429 and 418: the request budget is spent, wait. 451: Binance does not serve this region, move the machine. network and timeout: the way out is broken.',
        unit: 'short',
        width: 8,
        min: 0,
        queries: [
          {
            expr: q.orZero(
              q.counted('app, endpoint, status', q.ofApp(REST), WINDOWS.recent),
              'app',
              q.ofApp('registry_size'),
            ),
            legend: '{{endpoint}} {{status}} · {{app}}',
          },
        ],
        runbooks: ['ExchangeRestFailing'],
      },
    ],
  },
];
