import { INTERVAL_SECONDS } from '../../rules/intervals';
import { PLAIN, type Row, redFrom } from '../panel';
import * as q from '../queries';
import { LIMITS, WINDOWS, WORST } from '../thresholds';

const SERIES = 'app, symbol, interval';
const age = (matchers = '') => `max by (${SERIES}) (${q.ofKlines('kline_data_age_seconds', matchers)})`;

/** A series is stale when its age exceeds its own interval: the limit differs by interval, so each has its term. */
function staleShare(): string {
  const stale = Object.entries(INTERVAL_SECONDS).map(([interval, seconds]) => {
    const limit = seconds + LIMITS.staleBeyondIntervalSeconds;
    return `count by (app, interval) (${age(`interval="${interval}"`)} > ${limit})`;
  });
  const all = `count by (app, interval) (${age()})`;
  return `(\n  ${stale.join('\n  or ')}\n  or 0 * ${all}\n) / ${all}`;
}

export const KLINE_ROWS: readonly Row[] = [
  {
    height: 8,
    panels: [
      {
        kind: 'timeseries',
        title: 'Stale Symbols by Interval',
        description:
          'Share of the symbols whose newest update is older than the interval by two minutes. Thin pairs pause, so some always are. When red, that interval’s stream has stopped: traders on it skip their symbols as stale_data.',
        unit: 'percentunit',
        width: 12,
        min: 0,
        max: 1,
        queries: [{ expr: staleShare(), legend: '{{interval}} · {{app}}' }],
        runbooks: ['KlineStaleFeed'],
        steps: redFrom(LIMITS.staleShare),
      },
      {
        kind: 'bargauge',
        title: 'Oldest Updates',
        description:
          'The ten series whose newest update is oldest. A few thin or halted pairs are normal; when the most traded pairs stand here, the feed is dead.',
        unit: 's',
        width: 12,
        min: 0,
        decimals: 0,
        queries: [{ expr: `topk(${WORST}, ${age()})`, legend: '{{symbol}} {{interval}} · {{app}}' }],
        runbooks: ['KlineStaleFeed'],
        steps: PLAIN,
      },
    ],
  },
  {
    height: 8,
    panels: [
      {
        kind: 'timeseries',
        title: 'Symbols',
        description:
          'Wanted by configuration, subscribed at the exchange, delivering klines. subscribed below wanted: the exchange lists fewer or refused; delivering below subscribed: streams are silent.',
        unit: 'short',
        width: 8,
        min: 0,
        decimals: 0,
        queries: [
          { expr: `max by (app, state) (${q.ofApp('market_symbols')})`, legend: '{{state}} · {{app}}' },
        ],
        runbooks: ['UniverseShort'],
      },
      {
        kind: 'timeseries',
        title: 'Kline Updates by Interval',
        description:
          'Updates applied per second. An interval at zero while others run: its subscription was lost, or no trader needs it any more.',
        unit: 'eps',
        width: 8,
        min: 0,
        queries: [
          {
            expr: q.rate('app, interval', q.ofKlines('kline_updates_total')),
            legend: '{{interval}} · {{app}}',
          },
        ],
        runbooks: ['KlineStaleFeed'],
      },
      {
        kind: 'timeseries',
        title: 'Missing Candles',
        description:
          'Candles found missing within an hour, those that a backfill repaired included. A burst at a reconnection is normal. A steady rise means that closes are lost: indicators are wrong without any other sign.',
        unit: 'short',
        width: 8,
        min: 0,
        queries: [
          {
            expr: q.counted('app, interval', q.ofKlines('kline_missing_data_total'), WINDOWS.hour),
            legend: '{{interval}} · {{app}}',
          },
        ],
        runbooks: ['KlineGaps'],
      },
    ],
  },
];
