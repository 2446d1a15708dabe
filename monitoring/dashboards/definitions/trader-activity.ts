/** The seven panels of the second seed in the layout it draws: status above, signals, matches, queues and times below. */
import { perApp } from '../../rules/expressions';
import { type DashboardSpec, greenFrom, PLAIN, redFrom } from '../panel';
import * as q from '../queries';
import { LIMITS, REFERENCE_SYMBOLS, WINDOWS } from '../thresholds';
import { ACTIVITY_ROWS } from './trader-activity-details';
import { QUEUE_ROW } from './trader-activity-queues';

const CONNECTED = q.ofApp('binance_ws_connected', 'status="connected"');

const total = (metric: string) => `sum by (app) (${perTrader(metric)})`;
const perTrader = (metric: string) => `max by (${q.TRADER}) (${q.ofTrader(metric)})`;

export const TRADER_ACTIVITY: DashboardSpec = {
  uid: 'trader-activity',
  title: 'Trader Activity',
  description: 'What an operator looks at first: is the machine connected, fresh, finding, storing and fast?',
  tags: ['trader', 'activity'],
  variables: ['app', 'trader', 'interval'],
  rows: [
    {
      height: 4,
      panels: [
        {
          kind: 'stat',
          title: 'WebSocket Health',
          description:
            'Connected while every needed connection is open and subscribed. When red, candles grow old: see the dashboard Market Data for reconnects and their cause.',
          unit: 'none',
          width: 6,
          queries: [{ expr: perApp(CONNECTED), legend: '{{app}}' }],
          runbooks: ['BinanceDisconnected', 'FeedSilentWhileConnected'],
          words: [
            { value: 0, text: 'Disconnected', colour: 'red' },
            { value: 1, text: 'Connected', colour: 'green' },
          ],
          steps: greenFrom(1),
        },
        {
          kind: 'stat',
          title: 'Uptime',
          description:
            'Time since the process started, of the newest one where a redeploy runs two. When it is short and nobody deployed, the machine restarts: look at its exit code and memory on the dashboard Fleet.',
          unit: 'dtdurations',
          width: 6,
          decimals: 0,
          queries: [{ expr: `time() - ${perApp(q.ofApp('process_start_time_seconds'))}`, legend: '{{app}}' }],
          runbooks: ['MachineRestarting'],
          steps: PLAIN,
        },
        {
          kind: 'stat',
          title: 'Kline Data Freshness',
          description:
            'Age of the newest update of the most traded pairs, by the freshest of the chosen intervals. When these are stale, everything is: see "WebSocket Health", then the dashboard Market Data.',
          unit: 's',
          width: 12,
          decimals: 0,
          queries: [
            {
              expr: `min by (app, symbol) (${q.ofKlines('kline_data_age_seconds', `symbol=~"${REFERENCE_SYMBOLS}"`)})`,
              legend: '{{symbol}} · {{app}}',
            },
          ],
          runbooks: ['KlineStaleFeed'],
          steps: redFrom(LIMITS.priceAgeRedSeconds, LIMITS.priceAgeYellowSeconds),
        },
      ],
    },
    {
      height: 7,
      panels: [
        {
          kind: 'bargauge',
          title: 'New Signals per Trader (Last Hour)',
          description:
            'Signals of each trader within an hour. Zero with matches below is normal: only a new match makes a signal. Zero without matches: the dashboard Signal Pipeline tells where they end.',
          unit: 'none',
          width: 24,
          min: 0,
          decimals: 0,
          queries: [
            {
              expr: `round(${q.counted(q.NAMED_TRADER, q.ofTrader('trader_signals_total'), WINDOWS.hour)})`,
              legend: q.TRADER_LEGEND,
            },
          ],
          runbooks: ['NoSignalsInLastHour', 'SignalFlood'],
          steps: PLAIN,
        },
      ],
    },
    {
      height: 8,
      panels: [
        {
          kind: 'timeseries',
          title: 'Match Distribution',
          description:
            'Symbols that match now, over all chosen traders: continuing ones matched in the screening before too and make no signal, new ones do. Flat at zero for every trader: see the dashboard Signal Pipeline.',
          unit: 'short',
          width: 24,
          min: 0,
          decimals: 0,
          stacked: true,
          queries: [
            { expr: total('trader_continuing_matches'), legend: 'continuing · {{app}}' },
            { expr: total('trader_new_matches'), legend: 'new · {{app}}' },
          ],
          runbooks: ['NoMatchesAnywhere'],
        },
      ],
    },
    QUEUE_ROW,
    ...ACTIVITY_ROWS,
  ],
};
