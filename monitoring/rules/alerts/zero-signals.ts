import type { AlertGroup } from '../alert';
import { growth, HAS_TRADERS, named, UPTIME_SECONDS } from '../expressions';
import { THRESHOLDS } from '../thresholds';

/** Also counts what a trader signalled before its first scrape, which `increase` does not see. */
function grewWithin(metric: string, window: string, steps = ''): string {
  return `${growth('app', metric, `${window}${steps}`)} > 0 or sum by (app) (${metric}) > sum by (app) (${metric} offset ${window})`;
}

function noneMatched(window: string, steps: string, screenings: number, uptimeSeconds: number): string {
  const traders = `${growth('app, trader_id', 'trader_screenings_total', `${window}${steps}`)} >= ${screenings}`;
  return `(count by (app) (${traders}) >= ${THRESHOLDS.matchlessTraders} and on (app) ${UPTIME_SECONDS} > ${uptimeSeconds} unless on (app) (${grewWithin('trader_matches_total', window, steps)}))`;
}

const SCREENINGS = growth('app', 'trader_screenings_total', '1h');

/** A shared rate would not do: what many for one trader is, is few for a hundred symbols. */
const PER_SYMBOL = `max by (app, trader_id) (sum by (app, trader_id, instance) (increase(trader_signals_total[1h]))) / (max by (app, trader_id) (trader_symbols_watching) > 0)`;

export const ZERO_SIGNAL_ALERTS: AlertGroup = {
  name: 'trader-outcome',
  alerts: [
    {
      name: 'NoSignalsInLastHour',
      expr: `${SCREENINGS} >= ${THRESHOLDS.screeningsPerHour}\nand on (app) ${HAS_TRADERS}\nand on (app) ${UPTIME_SECONDS} > 3600\nunless on (app) (${grewWithin('trader_signals_total', '1h')})`,
      for: '10m',
      severity: 'warning',
      summary: '{{ $labels.app }}: {{ $value | printf "%.0f" }} screenings in the last hour, 0 signals',
      description:
        'The machine works and finds nothing new. That may be the market. It may as well be filters that cannot match, missing candles, or matches that all continue.',
      dashboard: 'signals',
    },
    {
      name: 'NoMatchesAnywhere',
      expr: `${noneMatched('1h', '', 5, 3600)}\nor ${noneMatched('7d', ':1h', 3, 3 * 86_400)}`,
      for: '10m',
      severity: 'warning',
      summary: '{{ $labels.app }}: none of {{ $value | printf "%.0f" }} traders matches a single symbol',
      description:
        'Different filters that all find nothing have something in common, and it is seldom the market: their data, what they are given, or how they were stored.',
      dashboard: 'signals',
    },
    {
      name: 'SignalFlood',
      expr: named(`${PER_SYMBOL} > ${THRESHOLDS.signalsPerSymbolHour}`),
      for: '5m',
      severity: 'warning',
      summary:
        'Trader "{{ $labels.trader_name }}" on {{ $labels.app }} made {{ $value | printf "%.1f" }} signals per symbol in an hour',
      description:
        'Its filter matches and stops matching again and again, and each return is a signal: it buries the others, and costs database and analysis.',
      dashboard: 'signals',
    },
  ],
};
