import type { AlertGroup } from '../alert';
import { growthFromNothing } from '../expressions';
import { INTERVAL_SECONDS } from '../intervals';
import { THRESHOLDS } from '../thresholds';

const SERIES = 'app, symbol, interval';

/** By the server's clock and of the newest instance: a stopped one stands still for some minutes in a redeploy. */
function staleSeries([interval, seconds]: readonly [string, number]): string {
  const limit = seconds + THRESHOLDS.staleBeyondIntervalSeconds;
  return `time() - max by (${SERIES}) (kline_last_update_timestamp{interval="${interval}"}) / 1000 > ${limit}`;
}

function staleShare(): string {
  const stale = Object.entries(INTERVAL_SECONDS).map(staleSeries).join('\n  or ');
  const all = `count by (app, interval) (max by (${SERIES}) (kline_last_update_timestamp))`;
  return `count by (app, interval) (\n  ${stale}\n)\n/ ${all} > ${THRESHOLDS.staleShare}`;
}

/** Gaps that a reconnect leaves are counted before they are repaired: a few are no reason for an alert. */
function missingPerSymbol(intervals: string, window: string, limit: number): string {
  const missing = `sum by (app, interval) (increase(kline_missing_data_total{interval${intervals}}[${window}]))`;
  const symbols = `count by (app, interval) (max by (${SERIES}) (kline_buffer_size{interval${intervals}}))`;
  return `${missing} / ${symbols} > ${limit}`;
}

const SHORT = '"1s|1m|3m|5m|15m|30m"';

export const KLINE_ALERTS: AlertGroup = {
  name: 'trader-klines',
  alerts: [
    {
      name: 'KlineStaleFeed',
      expr: staleShare(),
      for: '2m',
      severity: 'critical',
      summary:
        '{{ $labels.app }}: {{ $value | humanizePercentage }} of the {{ $labels.interval }} candles are not updated any more',
      description: 'Filters on this interval judge old candles or skip their symbols as stale_data.',
      dashboard: 'market',
    },
    {
      name: 'KlineGaps',
      expr: [
        missingPerSymbol(`=~${SHORT}`, '1h', THRESHOLDS.missingPerSymbolShort),
        missingPerSymbol(`!~${SHORT}`, '1d:10m', THRESHOLDS.missingPerSymbolLong),
      ].join('\nor '),
      for: '5m',
      severity: 'warning',
      summary:
        '{{ $labels.app }}: {{ $value | printf "%.1f" }} candles per symbol were missed at {{ $labels.interval }}',
      description:
        'Indicators over a series with holes are wrong, not absent. Gaps are repaired from REST where it answers.',
      dashboard: 'market',
    },
    {
      name: 'KlineParseErrors',
      expr: growthFromNothing('app, symbol', 'kline_parse_errors_total', '15m', THRESHOLDS.malformedFrames),
      for: '1m',
      severity: 'warning',
      summary:
        '{{ $labels.app }} could not read {{ $value | printf "%.0f" }} frames in 15 minutes (symbol {{ $labels.symbol }})',
      description:
        'The exchange sends what the trader does not understand. Each such frame is an update that was lost.',
      dashboard: 'market',
    },
  ],
};
