import { type Row, redFrom } from '../panel';
import * as q from '../queries';
import { LIMITS, WINDOWS } from '../thresholds';

const LATENCY = 'signal_latency_seconds';
const writes = (part: string) => q.ofApp(`sync_write_duration_ms${part}`);

const latencyP95 = `${q.quantile(0.95, 'app, stage', q.ofApp(`${LATENCY}_bucket`), WINDOWS.hour)}
and on (app, stage) ${q.counted('app, stage', q.ofApp(`${LATENCY}_count`), WINDOWS.hour)} > 0`;
const writeP95 = `${q.quantile(0.95, 'app', writes('_bucket'), WINDOWS.hour)}
and on (app) ${q.counted('app', writes('_count'), WINDOWS.hour)} > 0`;

export const WRITE_ROWS: readonly Row[] = [
  {
    height: 8,
    panels: [
      {
        kind: 'timeseries',
        title: 'Signal Latency (p95)',
        description:
          'From the candle’s close on the exchange, last hour: detected within a second or two, persisted within a batch (ten seconds), analysed after. detected high: cycles wait for late closes or for workers. persisted high: the database is slow.',
        unit: 's',
        width: 8,
        min: 0,
        queries: [{ expr: latencyP95, legend: '{{stage}} · {{app}}' }],
        runbooks: ['SignalQueueFilling', 'AnalysisBacklog'],
      },
      {
        kind: 'timeseries',
        title: 'Waiting for the Database',
        description:
          'Items not yet acknowledged, by queue. When red, half of the signals’ queue is full and the oldest will be dropped at its end: see write failures beside this, then the database.',
        unit: 'short',
        width: 8,
        min: 0,
        decimals: 0,
        queries: [
          {
            expr: `sum by (app, queue_type) (${q.ofApp('sync_queue_depth')})`,
            legend: '{{queue_type}} · {{app}}',
          },
        ],
        runbooks: ['SignalQueueFilling'],
        steps: redFrom(LIMITS.queuedSignals),
      },
      {
        kind: 'timeseries',
        title: 'Batch Writes',
        description:
          'Batches written and failed within ten minutes. A failure or two is a lost connection; a row of them with nothing written means that the database does not answer or refuses.',
        unit: 'short',
        width: 8,
        min: 0,
        queries: [
          {
            expr: q.counted('app', q.ofApp('sync_batch_writes_total'), WINDOWS.recent),
            legend: 'written · {{app}}',
          },
          {
            expr: q.counted('app', q.ofApp('sync_write_errors_total'), WINDOWS.recent),
            legend: 'failed · {{app}}',
          },
        ],
        runbooks: ['SyncWritesFailing'],
      },
    ],
  },
  {
    height: 8,
    panels: [
      {
        kind: 'timeseries',
        title: 'Batch Write Duration (p95)',
        description:
          'Time of one batch write in the last hour, failures included. When red, the database is loaded or far: statements end at STATEMENT_TIMEOUT_MS and count as timeout.',
        unit: 'ms',
        width: 8,
        min: 0,
        queries: [{ expr: writeP95, legend: '{{app}}' }],
        runbooks: ['SyncWritesFailing'],
        steps: redFrom(LIMITS.batchWriteMs),
      },
      {
        kind: 'timeseries',
        title: 'Analyses',
        description:
          'Signals analysed and given up within an hour. Given up without analysed: the endpoint does not answer or refuses the key; the log has its status.',
        unit: 'short',
        width: 8,
        min: 0,
        queries: [
          {
            expr: q.counted('app', q.ofApp('signals_analyzed_total'), WINDOWS.hour),
            legend: 'analysed · {{app}}',
          },
          {
            expr: q.counted('app', q.ofApp('signals_failed_total'), WINDOWS.hour),
            legend: 'given up · {{app}}',
          },
        ],
        runbooks: ['AnalysisFailing'],
      },
      {
        kind: 'timeseries',
        title: 'Age of the Data at Decision (p95)',
        description:
          'How old the newest closed candle was when the filter ran, in the last hour. Sub-second is healthy. Minutes: the closes come late or not at all, and signals tell of a market that has moved on.',
        unit: 's',
        width: 8,
        min: 0,
        queries: [
          {
            expr: q.named(
              `${q.quantile(0.95, q.TRADER, q.ofTrader('trader_data_age_seconds_bucket'), WINDOWS.hour)}\nand on (app, trader_id) ${q.counted(q.TRADER, q.ofTrader('trader_data_age_seconds_count'), WINDOWS.hour)} > 0`,
            ),
            legend: q.TRADER_LEGEND,
          },
        ],
        runbooks: ['KlineStaleFeed'],
      },
    ],
  },
];
