import { type Row, redFrom } from '../panel';
import * as q from '../queries';
import { WINDOWS } from '../thresholds';

const ALWAYS = q.ofMachine('telemetry_config_ok');

export const SPAN_ROW: Row = {
  height: 7,
  panels: [
    {
      kind: 'timeseries',
      title: 'Spans Exported',
      description:
        'Spans per second that the collector acknowledged. Zero where no collector is configured. Zero with drops beside it: the collector does not answer; nothing else suffers.',
      unit: 'cps',
      width: 12,
      min: 0,
      queries: [
        {
          expr: q.orZero(q.rate('app', q.ofMachine('spans_exported_total')), 'app', ALWAYS),
          legend: '{{app}}',
        },
      ],
      runbooks: ['SpansDropped'],
    },
    {
      kind: 'timeseries',
      title: 'Spans Dropped',
      description:
        'Spans lost within an hour, by reason. unreachable and timeout: the collector; queue_full: more spans than it takes, so lower OTEL_TRACES_SAMPLER_ARG; rejected: it refuses them, see the log.',
      unit: 'short',
      width: 12,
      min: 0,
      queries: [
        {
          expr: q.orZero(
            q.counted('app, reason', q.ofMachine('spans_dropped_total'), WINDOWS.hour),
            'app',
            ALWAYS,
          ),
          legend: '{{reason}} · {{app}}',
        },
      ],
      runbooks: ['SpansDropped'],
      steps: redFrom(1),
    },
  ],
};
