import { perApp } from '../../rules/expressions';
import { greenFrom, type Row, redFrom } from '../panel';
import * as q from '../queries';
import { LIMITS } from '../thresholds';
import { byType, errorShare, failedLoads } from './filter-queries';

export const FILTER_POOL_ROWS: readonly Row[] = [
  {
    height: 8,
    panels: [
      {
        kind: 'timeseries',
        title: 'Trader Errors by Type',
        description:
          'Every error of a trader in the last ten minutes, whatever the stage: load, execution, persistence, analysis. A zero line is health. Otherwise the legend names trader and type; the log has the text under the trader’s name.',
        unit: 'short',
        width: 12,
        min: 0,
        queries: byType('trader_errors_total'),
        runbooks: ['HighFilterErrorRate', 'AnalysisFailing'],
      },
      {
        kind: 'gauge',
        title: 'Worker Pool Utilization',
        description:
          'Share of the workers’ time that is spent in filters, short bursts included. When red, runs queue and cycles are skipped: raise SCREENING_WORKERS on a machine with more cores, or find the slow filter above.',
        unit: 'percentunit',
        width: 6,
        min: 0,
        max: 1,
        queries: [
          {
            expr: `${q.rate('app', q.ofApp('screener_busy_seconds_total'))} / (sum by (app) (${q.ofApp('pool_size')}) > 0)`,
            legend: '{{app}}',
          },
        ],
        runbooks: ['WorkerPoolSaturated', 'WorkerPoolEmpty'],
        steps: redFrom(LIMITS.workerUtilisation, LIMITS.utilisationHigh),
      },
      {
        kind: 'stat',
        title: 'Active Traders',
        description:
          'Traders in the registry. Red at zero: nothing is screened. See "Trader Load Failures", and whether any trader is enabled in the database.',
        unit: 'none',
        width: 6,
        queries: [{ expr: perApp(q.ofApp('registry_size')), legend: '{{app}}' }],
        runbooks: ['NoTradersLoaded'],
        steps: greenFrom(1),
      },
    ],
  },
  {
    height: 8,
    panels: [
      {
        kind: 'timeseries',
        title: 'Trader Load Failures',
        description:
          'Traders that could not be read from the database within 15 minutes, those of a start included. When it is not zero, the log names trader and reason: usually a filter that does not compile or a definition that is not valid.',
        unit: 'short',
        width: 12,
        min: 0,
        decimals: 0,
        queries: [{ expr: failedLoads(), legend: '{{app}}' }],
        runbooks: ['TraderLoadFailures'],
        steps: redFrom(1),
      },
      {
        kind: 'stat',
        title: 'Execution Success Rate',
        description:
          'Share of a trader’s runs that ended as screenings, over as long a time as it needs for a few runs. When red, see "Filter Execution Error Rate" for since when, and "Trader Errors by Type" for why.',
        unit: 'percentunit',
        width: 12,
        decimals: 1,
        queries: [
          { expr: q.named(q.byCadence((window) => `1 - ${errorShare(window)}`)), legend: q.TRADER_LEGEND },
        ],
        runbooks: ['HighFilterErrorRate'],
        steps: greenFrom(LIMITS.successGood, LIMITS.successFair),
      },
    ],
  },
];
