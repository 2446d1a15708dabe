import { type Row, redFrom } from '../panel';
import * as q from '../queries';
import { LIMITS, WINDOWS } from '../thresholds';

const PLACE = 'app, instance';
const ENDINGS = [
  `sum by (${PLACE}) (${q.ofApp('signals_persisted_total')})`,
  `sum by (${PLACE}) (${q.ofApp('sync_queue_depth', 'queue_type="signals"')})`,
  `sum by (${PLACE}) (${q.ofApp('signals_dropped_total')})`,
];

/** Levels of one scrape of one machine: only these are exact. A machine that made no signal yet has made zero. */
function unaccounted(): string {
  const generated = `(sum by (${PLACE}) (${q.ofApp('signals_generated_total')}) or 0 * ${ENDINGS[1]})`;
  return `sum by (app) (abs(${[generated, ...ENDINGS].join('\n- ')}))`;
}

const SKIP_LABELS = 'app, trader_id, reason';

export function skippedShare(window: string): string {
  const skipped = q.counted(SKIP_LABELS, q.ofTrader('trader_symbols_skipped_total'), window);
  const evaluated = q.counted(q.TRADER, q.ofTrader('trader_symbols_evaluated_total'), window);
  const all = q.counted(q.TRADER, q.ofTrader('trader_symbols_skipped_total'), window);
  return `${skipped} / on (${q.TRADER}) group_left () (${evaluated} + ${all} > 0)`;
}

export const CONSERVATION_ROWS: readonly Row[] = [
  {
    height: 8,
    panels: [
      {
        kind: 'timeseries',
        title: 'Skipped Symbols by Reason',
        description:
          'Share of a trader’s watched symbols that got no verdict in the last hour. no_data and stale_data: the feed; insufficient_history: minCandles is more than the memory holds; error and bad_return: the filter’s code.',
        unit: 'percentunit',
        width: 12,
        min: 0,
        queries: [
          {
            expr: `${q.named(skippedShare(WINDOWS.hour))} > 0\nor on (app, trader_id) 0 * max by (${q.NAMED_TRADER}) (${q.ofTrader('trader_new_matches')})`,
            legend: '{{trader_name}} · {{reason}} · {{app}}',
          },
        ],
        runbooks: ['SymbolsSkipped', 'FilterBadReturns'],
        steps: redFrom(LIMITS.skippedShare),
      },
      {
        kind: 'timeseries',
        title: 'Signals Unaccounted For',
        description:
          'Generated minus stored, queued and dropped, of one scrape: always zero. When red, signals are lost or stored twice without anybody noticing: keep the log and report it.',
        unit: 'short',
        width: 6,
        min: 0,
        decimals: 0,
        queries: [{ expr: unaccounted(), legend: '{{app}}' }],
        runbooks: ['SignalConservationBroken'],
        steps: redFrom(1),
      },
      {
        kind: 'timeseries',
        title: 'Signals Dropped',
        description:
          'Signals given up within an hour. queue_overflow: the database was away for too long; constraint: it refuses the row, so look at the log for which; shutdown: the machine was stopped before it could write.',
        unit: 'short',
        width: 6,
        min: 0,
        queries: [
          {
            expr: q.counted('app, reason', q.ofApp('signals_dropped_total'), WINDOWS.hour),
            legend: '{{reason}} · {{app}}',
          },
        ],
        runbooks: ['SignalsDropped'],
        steps: redFrom(1),
      },
    ],
  },
];
