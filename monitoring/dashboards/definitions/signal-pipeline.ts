/** "420 screenings, 0 signals. Why?" The funnel from the watched symbol to the analysed signal, and what gets lost. */
import { type DashboardSpec, PLAIN } from '../panel';
import * as q from '../queries';
import { WINDOWS } from '../thresholds';
import { CONSERVATION_ROWS } from './signal-conservation';
import { WRITE_ROWS } from './signal-writes';

const inHour = (labels: string, metric: string, matchers = '') =>
  q.counted(labels, q.ofTrader(metric, matchers), WINDOWS.hour);
const now = (metric: string) => `max by (${q.TRADER}) (${q.ofTrader(metric)})`;

const EVALUATED = inHour('app', 'trader_symbols_evaluated_total');
const SKIPPED = inHour('app', 'trader_symbols_skipped_total');

const STAGES = [
  { expr: `round(${EVALUATED} + ${SKIPPED})`, legend: '1 symbols looked at · {{app}}' },
  { expr: `round(${EVALUATED})`, legend: '2 verdicts · {{app}}' },
  { expr: `round(${inHour('app', 'trader_matches_total')})`, legend: '3 matches · {{app}}' },
  { expr: `round(${inHour('app', 'trader_signals_total')})`, legend: '4 signals (new matches) · {{app}}' },
  { expr: `round(${inHour('app', 'signals_persisted_total')})`, legend: '5 stored · {{app}}' },
  {
    expr: `round(${q.counted('app', q.ofApp('signals_analyzed_total'), WINDOWS.hour)})`,
    legend: '6 analysed · {{app}}',
  },
];

const COLUMNS = [
  {
    expr: q.named(
      `time() - max by (${q.TRADER}) (${q.ofTrader('trader_last_execution_timestamp_seconds')} > 0)`,
    ),
    legend: 'Last run',
  },
  { expr: q.named(`round(${inHour(q.TRADER, 'trader_executions_total')})`), legend: 'Runs' },
  { expr: q.named(`round(${inHour(q.TRADER, 'trader_execution_errors_total')})`), legend: 'Failed' },
  { expr: q.named(now('trader_symbols_watching')), legend: 'Watching' },
  { expr: q.named(`round(${inHour(q.TRADER, 'trader_symbols_skipped_total')})`), legend: 'Skipped' },
  { expr: q.named(now('trader_new_matches')), legend: 'New now' },
  { expr: q.named(now('trader_continuing_matches')), legend: 'Continuing now' },
  { expr: q.named(`round(${inHour(q.TRADER, 'trader_signals_total')})`), legend: 'Signals' },
  { expr: q.named(`round(${inHour(q.TRADER, 'signals_persisted_total')})`), legend: 'Stored' },
];

export const SIGNAL_PIPELINE: DashboardSpec = {
  uid: 'trader-signal-pipeline',
  title: 'Signal Pipeline: why zero signals?',
  description: 'Read the funnel from the top: the first stage that falls to zero is the cause.',
  tags: ['trader', 'signals'],
  variables: ['app', 'trader'],
  rows: [
    {
      height: 9,
      panels: [
        {
          kind: 'bargauge',
          title: 'Funnel of the Last Hour',
          description:
            'How far the market got. 1 is zero: nothing ran (TraderStalled, NoTradersLoaded). 2 far below 1: symbols are skipped, see "Skipped Symbols by Reason". 3 is zero: no filter matches; all traders at once is no market. 4 below 3 is normal: matches that continue make no signal. 5 below 4: storing fails. 6 below 5: the analysis is behind.',
          unit: 'none',
          width: 24,
          min: 0,
          decimals: 0,
          queries: STAGES,
          runbooks: ['NoSignalsInLastHour', 'NoMatchesAnywhere', 'SymbolsSkipped', 'TraderStalled'],
          steps: PLAIN,
        },
      ],
    },
    {
      height: 9,
      panels: [
        {
          kind: 'table',
          title: 'Funnel by Trader',
          description:
            'The same for each trader, counts of the last hour. Runs without a match in any trader: the filters see no data or always answer false. Failed: the dashboard Filter Execution names the error. "New now" 0 with "Continuing now" above: it works, it only found nothing new.',
          unit: 'none',
          width: 24,
          decimals: 0,
          queries: COLUMNS,
          runbooks: ['NoSignalsInLastHour', 'NoMatchesAnywhere', 'SignalFlood'],
          columnUnits: { 'Last run': 's' },
        },
      ],
    },
    ...CONSERVATION_ROWS,
    ...WRITE_ROWS,
  ],
};
