import type { AlertGroup } from '../alert';
import { growth, growthFromNothing, perApp } from '../expressions';
import { THRESHOLDS } from '../thresholds';

const CONNECTED = 'binance_ws_connected{status="connected"}';
const DATA_FRAMES = 'binance_ws_messages_total{type=~"kline|ticker"}';

/** The feed renews a connection that says nothing, so "connected" comes and goes while the data stay away. */
const FEED_SILENT = `sum by (app) (rate(${DATA_FRAMES}[2m])) == 0\nand on (app) ${perApp(`max_over_time(${CONNECTED}[2m])`)} == 1`;

const FROM_THE_FUTURE = `${growth('app', 'binance_ws_clock_skew_total', '10m')} / (${growth('app', 'binance_ws_latency_ms_count', '10m')} > 0) > ${THRESHOLDS.futureFrameShare}`;
const MEDIAN_LATENCY = `histogram_quantile(0.5, sum by (app, le) (rate(binance_ws_latency_ms_bucket[10m]))) > ${THRESHOLDS.medianLatencyMs}`;

export const EXCHANGE_ALERTS: AlertGroup = {
  name: 'trader-exchange',
  alerts: [
    {
      name: 'BinanceDisconnected',
      expr: `${perApp(CONNECTED)} == 0`,
      for: '1m',
      severity: 'critical',
      summary: '{{ $labels.app }} is not connected to Binance',
      description:
        'At least one connection that it needs is not open and subscribed. Candles grow old; a filter that needs them skips its symbols.',
      dashboard: 'market',
    },
    {
      name: 'BinanceReconnectStorm',
      expr: `${growth('app', 'binance_ws_reconnects_total', '10m')} > ${THRESHOLDS.reconnects}`,
      for: '0s',
      severity: 'warning',
      summary:
        '{{ $labels.app }} tried to reconnect to Binance {{ $value | printf "%.0f" }} times in ten minutes',
      description:
        'Each attempt may lose candles. Binance bans an address after 300 connections in five minutes.',
      dashboard: 'market',
    },
    {
      name: 'FeedSilentWhileConnected',
      expr: FEED_SILENT,
      for: '1m',
      severity: 'critical',
      summary: '{{ $labels.app }} is connected to Binance and receives no market data',
      description:
        'Sockets open, and for two minutes neither a kline nor a ticker came. Everything is screened on old candles, or not at all.',
      dashboard: 'market',
    },
    {
      name: 'ExchangeClockSkew',
      expr: `${FROM_THE_FUTURE}\nor ${MEDIAN_LATENCY}`,
      for: '5m',
      severity: 'warning',
      summary: 'The clock of {{ $labels.app }} and the exchange disagree ({{ $value | humanize }})',
      description:
        'A value up to 1 is the share of events from the future: the clock is behind. A larger one is the median latency in milliseconds: the clock is ahead, or the machine is late reading its sockets.',
      dashboard: 'market',
    },
    {
      name: 'UniverseShort',
      expr: `${perApp('market_symbols{state="delivering"}')} / (${perApp('market_symbols{state="wanted"}')} > 0) < ${THRESHOLDS.deliveringShare}`,
      for: '5m',
      severity: 'warning',
      summary: '{{ $labels.app }} hears of {{ $value | humanizePercentage }} of the symbols it wants',
      description:
        'Traders screen what delivers and nothing else: every missing symbol is a signal that cannot come.',
      dashboard: 'market',
    },
    {
      name: 'ExchangeRestFailing',
      expr: growthFromNothing(
        'app, status',
        'binance_rest_requests_total{status!~"2.."}',
        '15m',
        THRESHOLDS.failedRestCalls,
      ),
      for: '2m',
      severity: 'warning',
      summary:
        'Binance answered {{ $value | printf "%.0f" }} REST calls of {{ $labels.app }} with {{ $labels.status }}',
      description:
        'Without REST there is no universe at the start, no history for new symbols and no repair of gaps. 451 is a region that Binance does not serve, 429 and 418 a spent request budget.',
      dashboard: 'market',
    },
  ],
};
