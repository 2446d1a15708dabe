/** Is the market seen, all of it, and in time? */
import { perApp } from '../../rules/expressions';
import { type DashboardSpec, greenFrom, redFrom } from '../panel';
import * as q from '../queries';
import { LIMITS, WINDOWS } from '../thresholds';
import { FEED_ROWS } from './market-data-feed';
import { KLINE_ROWS } from './market-data-klines';
import { QUALITY_ROW } from './market-data-quality';

const symbols = (state: string) => perApp(q.ofApp('market_symbols', `state="${state}"`));
const FRAMES = q.ofApp('binance_ws_messages_total', 'type=~"kline|ticker"');

export const MARKET_DATA: DashboardSpec = {
  uid: 'trader-market-data',
  title: 'Market Data & WebSocket',
  description: 'From the exchange’s sockets to the candles in memory: connection, universe, freshness, gaps.',
  tags: ['trader', 'market'],
  variables: ['app', 'interval'],
  rows: [
    {
      height: 5,
      panels: [
        {
          kind: 'stat',
          title: 'Connection',
          description:
            'Connected while every needed connection is open and subscribed. When red, see "Reconnection Attempts" and "REST Requests": 418 and 451 mean that Binance refuses this address or region.',
          unit: 'none',
          width: 6,
          queries: [
            { expr: perApp(q.ofApp('binance_ws_connected', 'status="connected"')), legend: '{{app}}' },
          ],
          runbooks: ['BinanceDisconnected'],
          words: [
            { value: 0, text: 'Disconnected', colour: 'red' },
            { value: 1, text: 'Connected', colour: 'green' },
          ],
          steps: greenFrom(1),
        },
        {
          kind: 'stat',
          title: 'Data Frames per Second',
          description:
            'Klines and tickers received. Red at zero: connected or not, nothing arrives; the machine renews a silent connection after FEED_SILENCE_MS. A hundred symbols bring about a hundred a second.',
          unit: 'mps',
          width: 6,
          decimals: 1,
          queries: [{ expr: q.rate('app', FRAMES), legend: '{{app}}' }],
          runbooks: ['FeedSilentWhileConnected'],
          steps: greenFrom(0.1),
        },
        {
          kind: 'stat',
          title: 'Universe Delivering',
          description:
            'Share of the wanted symbols of which at least one kline arrived. When red, traders screen a part of the market only: compare wanted, subscribed and delivering below.',
          unit: 'percentunit',
          width: 6,
          decimals: 0,
          queries: [{ expr: `${symbols('delivering')} / (${symbols('wanted')} > 0)`, legend: '{{app}}' }],
          runbooks: ['UniverseShort'],
          steps: greenFrom(LIMITS.deliveringShare),
        },
        {
          kind: 'stat',
          title: 'Events from the Future',
          description:
            'Share of the last ten minutes’ events whose time is ahead of this machine’s clock. When red, the clock is behind: ages and latencies below are too small. Restart the machine on another host.',
          unit: 'percentunit',
          width: 6,
          decimals: 1,
          queries: [
            {
              expr: `${q.counted('app', q.ofApp('binance_ws_clock_skew_total'), WINDOWS.recent)} / (${q.counted('app', q.ofApp('binance_ws_latency_ms_count'), WINDOWS.recent)} > 0)`,
              legend: '{{app}}',
            },
          ],
          runbooks: ['ExchangeClockSkew'],
          steps: redFrom(LIMITS.futureFrameShare),
        },
      ],
    },
    ...FEED_ROWS,
    ...KLINE_ROWS,
    QUALITY_ROW,
  ],
};
