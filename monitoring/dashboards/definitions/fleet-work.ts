import { perApp } from '../../rules/expressions';
import { type Row, redFrom } from '../panel';
import * as q from '../queries';
import { LIMITS, WINDOWS } from '../thresholds';

const inHour = (metric: string, matchers = '') =>
  q.counted('app', q.ofMachine(metric, matchers), WINDOWS.hour);

export const FLEET_WORK_ROWS: readonly Row[] = [
  {
    height: 8,
    panels: [
      {
        kind: 'timeseries',
        title: 'Traders per App',
        description:
          'Traders in the registry. An app that falls to zero screens nothing: its traders were disabled, deleted, or could not be loaded.',
        unit: 'short',
        width: 8,
        min: 0,
        decimals: 0,
        queries: [{ expr: perApp(q.ofMachine('registry_size')), legend: '{{app}}' }],
        runbooks: ['NoTradersLoaded'],
      },
      {
        kind: 'timeseries',
        title: 'Screenings per App',
        description:
          'Runs that ended as screenings, within an hour. It falls where a machine stalls or its filters fail; a fleet that falls together has lost the exchange or the database.',
        unit: 'short',
        width: 8,
        min: 0,
        queries: [{ expr: inHour('trader_screenings_total'), legend: '{{app}}' }],
        runbooks: ['ScreeningStalled'],
      },
      {
        kind: 'timeseries',
        title: 'Failed Runs per App',
        description:
          'Share of an app’s runs of the last hour that failed. When red, see its dashboard Filter Execution for trader and type; all apps at once is ours, not a user’s filter.',
        unit: 'percentunit',
        width: 8,
        min: 0,
        queries: [
          {
            expr: `${inHour('trader_execution_errors_total')} / (${inHour('trader_executions_total')} > 0)`,
            legend: '{{app}}',
          },
        ],
        runbooks: ['HighFilterErrorRate'],
        steps: redFrom(LIMITS.errorShare),
      },
    ],
  },
  {
    height: 8,
    panels: [
      {
        kind: 'timeseries',
        title: 'Signals per App',
        description:
          'Signals made within an hour. One app far above the others: a filter that is always true floods its user. All at zero: see the dashboard Signal Pipeline.',
        unit: 'short',
        width: 8,
        min: 0,
        queries: [{ expr: inHour('trader_signals_total'), legend: '{{app}}' }],
        runbooks: ['SignalFlood', 'NoSignalsInLastHour'],
      },
      {
        kind: 'timeseries',
        title: 'Signals Not Stored',
        description:
          'Signals that wait for the database now, and signals dropped within an hour. All apps at once: the database they share.',
        unit: 'short',
        width: 8,
        min: 0,
        decimals: 0,
        queries: [
          {
            expr: `sum by (app) (${q.ofMachine('sync_queue_depth', 'queue_type="signals"')})`,
            legend: 'waiting · {{app}}',
          },
          { expr: inHour('signals_dropped_total'), legend: 'dropped · {{app}}' },
        ],
        runbooks: ['SignalQueueFilling', 'SignalsDropped'],
        steps: redFrom(LIMITS.queuedSignals),
      },
      {
        kind: 'timeseries',
        title: 'Universe Delivering',
        description:
          'Share of the wanted symbols that deliver klines, by app. When red in one region only, Binance does not serve it; everywhere, Binance delisted pairs or changed its filters.',
        unit: 'percentunit',
        width: 8,
        min: 0,
        max: 1,
        queries: [
          {
            expr: `${perApp(q.ofMachine('market_symbols', 'state="delivering"'))} / (${perApp(q.ofMachine('market_symbols', 'state="wanted"'))} > 0)`,
            legend: '{{app}}',
          },
        ],
        runbooks: ['UniverseShort'],
      },
    ],
  },
];
