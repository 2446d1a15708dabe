import { greenFrom, type Row, redFrom } from '../panel';
import * as q from '../queries';
import { LIMITS, WINDOWS } from '../thresholds';

const MACHINE = 'app, instance';
const LEGEND = '{{app}} · {{instance}}';
const ALWAYS = q.ofMachine('telemetry_config_ok');

const now = (metric: string) => `max by (${MACHINE}) (${q.ofMachine(metric)})`;
const inHour = (labels: string, metric: string) => q.counted(labels, q.ofMachine(metric), WINDOWS.hour);

const scrapeP95 = `${q.quantile(0.95, MACHINE, q.ofMachine('metrics_scrape_duration_seconds_bucket'), WINDOWS.recent)}
and on (${MACHINE}) ${q.counted(MACHINE, q.ofMachine('metrics_scrape_duration_seconds_count'), WINDOWS.recent)} > 0`;

export const TELEMETRY_ROWS: readonly Row[] = [
  {
    height: 7,
    panels: [
      {
        kind: 'stat',
        title: 'Configuration',
        description:
          'Whether the telemetry’s configuration file is in force. When red, it was refused and safe defaults run: the first lines of the log name file and key.',
        unit: 'none',
        width: 6,
        queries: [{ expr: `min by (${MACHINE}) (${ALWAYS})`, legend: LEGEND }],
        runbooks: ['TelemetryConfigRefused'],
        words: [
          { value: 0, text: 'Refused', colour: 'red' },
          { value: 1, text: 'In force', colour: 'green' },
        ],
        steps: greenFrom(1),
      },
      {
        kind: 'timeseries',
        title: 'Scrapes by Answer',
        description:
          'Answers per second at /metrics. Anything but 200: a callback threw or hung, and the page was withheld rather than half sent. Flat zero: nobody scrapes.',
        unit: 'cps',
        width: 6,
        min: 0,
        queries: [
          { expr: q.rate('app, code', q.ofMachine('metrics_scrapes_total')), legend: '{{code}} · {{app}}' },
        ],
        runbooks: ['ScrapeFailing'],
      },
      {
        kind: 'timeseries',
        title: 'Scrape Duration (p95)',
        description:
          'Time to collect and encode a page, last ten minutes. When red, there are too many series, or the event loop is late; a scraper gives up after ten seconds.',
        unit: 's',
        width: 6,
        min: 0,
        queries: [{ expr: scrapeP95, legend: LEGEND }],
        runbooks: ['ScrapeFailing', 'PageNearLimit'],
        steps: redFrom(LIMITS.scrapeSeconds),
      },
      {
        kind: 'timeseries',
        title: 'Incomplete Pages',
        description:
          'Callbacks that threw, hung or were cut off within an hour, and metrics that could not be encoded: something on the other dashboards is missing. The log names it.',
        unit: 'short',
        width: 6,
        min: 0,
        queries: [{ expr: inHour(MACHINE, 'metrics_scrape_errors_total'), legend: LEGEND }],
        runbooks: ['ScrapeIncomplete'],
        steps: redFrom(1),
      },
    ],
  },
  {
    height: 7,
    panels: [
      {
        kind: 'timeseries',
        title: 'Page Size',
        description:
          'Uncompressed size of the page. Fly drops a page above 16 MiB, and with it everything. When red: fewer symbols or intervals, or lower series limits in otel-config.yaml.',
        unit: 'bytes',
        width: 6,
        min: 0,
        queries: [{ expr: now('metrics_page_bytes'), legend: LEGEND }],
        runbooks: ['PageNearLimit'],
        steps: redFrom(LIMITS.pageBytes),
      },
      {
        kind: 'timeseries',
        title: 'Series',
        description:
          'Series on the page. It follows symbols × intervals and traders. When it climbs without a change of those, a label has too many values.',
        unit: 'short',
        width: 6,
        min: 0,
        decimals: 0,
        queries: [{ expr: now('metrics_series'), legend: LEGEND }],
        runbooks: ['SeriesNearCap'],
      },
      {
        kind: 'timeseries',
        title: 'Refused by Telemetry',
        description:
          'Measurements, labels and instruments refused within an hour because they would have spoiled the page. Not zero: a fault in the trader’s code; the log names the metric.',
        unit: 'short',
        width: 6,
        min: 0,
        queries: [
          { expr: inHour('app, reason', 'telemetry_rejected_total'), legend: '{{reason}} · {{app}}' },
        ],
        runbooks: ['TelemetryRejecting'],
        steps: redFrom(1),
      },
      {
        kind: 'timeseries',
        title: 'Series Overflow',
        description:
          'Measurements within an hour that found their metric at its limit and were added to its overflow series: sums are right, who it was is lost. Raise the limit in otel-config.yaml, or watch fewer symbols.',
        unit: 'short',
        width: 6,
        min: 0,
        queries: [
          {
            expr: q.orZero(
              q.counted('app, metric', q.ofMachine('telemetry_overflow_total'), WINDOWS.hour),
              'app',
              ALWAYS,
            ),
            legend: '{{metric}} · {{app}}',
          },
        ],
        runbooks: ['SeriesOverflow', 'SeriesNearCap'],
        steps: redFrom(1),
      },
    ],
  },
];
