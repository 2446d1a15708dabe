import type { AlertGroup } from '../alert';
import { growth, growthFromNothing, perApp } from '../expressions';
import { THRESHOLDS, TRADER_APPS, TRADER_JOB } from '../thresholds';

/** On Fly a failed scrape leaves nothing behind; a Prometheus of one's own has `up`, and misses its target if it is gone. */
const UNSCRAPED = [
  `${perApp(`fly_instance_up{app=~"${TRADER_APPS}"}`)} == 1 unless on (app) max by (app) (registry_size)`,
  `${perApp(`up{job="${TRADER_JOB}"}`)} == 0`,
  `${perApp(`scrape_samples_scraped{job="${TRADER_JOB}"}`)} == 0`,
  `absent(up{job="${TRADER_JOB}"}) unless on () count(fly_instance_up)`,
].join('\nor ');

/** Series of a metric that is counted by open labels: those that a filter's author can make many of. */
function seriesNear(metric: string, limit: number): string {
  const perInstance = `count by (app, instance) (${metric})`;
  return `label_replace(${perApp(perInstance)} > ${limit}, "metric", "${metric}", "", "")`;
}

const NEAR_LIMIT = [
  seriesNear('signals_generated_total', THRESHOLDS.recordedSeries),
  seriesNear('trader_errors_total', THRESHOLDS.recordedSeries),
  seriesNear('kline_updates_total', THRESHOLDS.observedSeries),
].join('\nor ');

export const TELEMETRY_ALERTS: AlertGroup = {
  name: 'trader-telemetry',
  alerts: [
    {
      name: 'ScrapeFailing',
      expr: UNSCRAPED,
      for: '2m',
      severity: 'critical',
      summary: 'Nothing is known of the trader {{ $labels.app }}: its metrics do not arrive',
      description: 'The machine may be well or not: every other alert on it is blind.',
      dashboard: 'runtime',
    },
    {
      name: 'ScrapeIncomplete',
      expr: `${growth('app', 'metrics_scrape_errors_total', '15m')} > 0`,
      for: '2m',
      severity: 'warning',
      summary:
        'Pages of {{ $labels.app }} lack metrics: {{ $value | printf "%.0f" }} callbacks failed in 15 minutes',
      description:
        'A callback threw, hung or was cut off; the rest of the page stands. What is missing cannot alert.',
      dashboard: 'runtime',
    },
    {
      name: 'SeriesNearCap',
      expr: NEAR_LIMIT,
      for: '10m',
      severity: 'warning',
      summary:
        '{{ $labels.app }}: {{ $labels.metric }} has {{ $value | printf "%.0f" }} series, near its limit',
      description:
        'Beyond the limit measurements go to one overflow series: sums stay exact, names are lost.',
      dashboard: 'runtime',
    },
    {
      name: 'SeriesOverflow',
      expr: growthFromNothing('app, metric', 'telemetry_overflow_total', '15m', 0),
      for: '0s',
      severity: 'warning',
      summary:
        '{{ $labels.app }}: {{ $labels.metric }} is at its limit of series ({{ $value | printf "%.0f" }} measurements beyond)',
      description:
        'Further names find no series of their own: their measurements are in the one labelled otel_metric_overflow="true".',
      dashboard: 'runtime',
    },
    {
      name: 'PageNearLimit',
      expr: `${perApp('metrics_page_bytes')} > ${THRESHOLDS.pageBytes}`,
      for: '5m',
      severity: 'warning',
      summary: 'The metrics page of {{ $labels.app }} has {{ $value | humanize1024 }}B',
      description:
        'Fly drops a page of more than 16 MiB without a word: the machine would vanish from every dashboard.',
      dashboard: 'runtime',
    },
    {
      name: 'TelemetryConfigRefused',
      expr: 'min by (app) (telemetry_config_ok) == 0',
      for: '1m',
      severity: 'warning',
      summary: '{{ $labels.app }} refused its telemetry configuration and runs on safe defaults',
      description:
        'Metrics are served, traces are not exported. The first lines on stderr name file and key.',
      dashboard: 'runtime',
    },
    {
      name: 'TelemetryRejecting',
      expr: `${growth('app, reason', 'telemetry_rejected_total', '15m')} > 0`,
      for: '1m',
      severity: 'warning',
      summary: '{{ $labels.app }} refused {{ $value | printf "%.0f" }} measurements ({{ $labels.reason }})',
      description:
        'They would have spoiled the page: a value that is no number, a label or a name that Prometheus does not allow.',
      dashboard: 'runtime',
    },
    {
      name: 'SpansDropped',
      expr: `${growth('app, reason', 'spans_dropped_total{reason!="shutdown"}', '15m')} > 0`,
      for: '5m',
      severity: 'warning',
      summary: '{{ $labels.app }} lost {{ $value | printf "%.0f" }} spans ({{ $labels.reason }})',
      description:
        'The collector cannot be reached, refuses or is too slow. Traces have holes; trading is not affected.',
      dashboard: 'runtime',
    },
  ],
};
