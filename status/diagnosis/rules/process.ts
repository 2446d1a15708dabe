/** Does the process live, and does its telemetry? */
import type { Reading } from '../../samples/reading';
import type { Cause } from '../causes';
import { ofMachine, type Rule, when } from '../rule';
import { THRESHOLDS as T } from '../thresholds';
import { grown, sumOf, type View } from '../view';
import { counted, duration, lasting, whole } from '../words';

export const restarting: Rule = ({ restarts, now, uptimeSeconds }) => {
  const recent = restarts.filter((atMs) => atMs >= now.atMs - 2 * T.windowSeconds * 1000);
  const uptime = lasting(uptimeSeconds ?? 0);
  return when(recent.length >= T.machineRestarts, () =>
    ofMachine(
      'machine_restarting',
      'critical',
      `The machine keeps crashing: ${counted(recent.length, 'restart')} in the last ${lasting((now.atMs - recent[0]!) / 1000)}, running for ${uptime} now. Its last words are in the log.`,
      [`process_start_time_seconds ${(now.startedMs ?? 0) / 1000}, changed ${recent.length} times`],
    ),
  );
};

export const startingUp: Rule = (view) => {
  const { subscribed = 0, wanted = 0 } = view.now.feed.symbols;
  return when(view.starting, () =>
    ofMachine(
      'starting',
      'notice',
      `The machine started ${lasting(view.uptimeSeconds ?? 0)} ago: ${subscribed} of ${counted(wanted, 'symbol')} subscribed. What is missing may still come.`,
      [`process_start_time_seconds ${(view.now.startedMs ?? 0) / 1000}`],
    ),
  );
};

export const eventLoop: Rule = (view) => {
  const delayOf = ({ telemetry }: Reading) => telemetry.eventLoopP99Seconds ?? 0;
  const recent = view.readings.filter(({ atMs }) => atMs >= view.now.atMs - T.eventLoopHeldSeconds * 1000);
  const p99 = Math.min(...recent.map(delayOf));
  return when(p99 > T.eventLoopSeconds && !view.starting, () =>
    ofMachine(
      'event_loop_blocked',
      'warning',
      `The machine's main thread is blocked for up to ${duration(p99)} at a time: klines, screenings and this page come late.`,
      [`nodejs_eventloop_delay_p99 ${p99.toFixed(3)}`],
    ),
  );
};

interface TelemetryFault {
  readonly cause: Cause;
  readonly count: (reading: Reading) => number;
  readonly metric: string;
  readonly says: (count: string) => string;
}

/** Each is a counter that must not grow. */
const FAULTS: readonly TelemetryFault[] = [
  {
    cause: 'scrapes_failing',
    count: ({ telemetry }) => telemetry.scrapes['500'] ?? 0,
    metric: 'metrics_scrapes_total{code="500"}',
    says: (count) => `${count} of the metrics page failed: monitoring has gaps.`,
  },
  {
    cause: 'telemetry_rejecting',
    count: ({ telemetry }) => sumOf(telemetry.rejected),
    metric: 'telemetry_rejected_total',
    says: (count) => `${count} refused because they would have spoiled the page: their numbers are missing.`,
  },
  {
    cause: 'series_overflow',
    count: ({ telemetry }) => sumOf(telemetry.overflow),
    metric: 'telemetry_overflow_total',
    says: (count) => `${count} found their metric at its limit of series: they are in its overflow series.`,
  },
  {
    cause: 'spans_dropped',
    count: ({ telemetry: { spansDropped } }) => sumOf({ ...spansDropped, shutdown: 0 }),
    metric: 'spans_dropped_total',
    says: (count) => `${count} lost: the collector does not take them.`,
  },
];
const THINGS: Partial<Record<Cause, string>> = { scrapes_failing: 'scrape', spans_dropped: 'span' };

export const telemetryFaults: Rule = (view) => FAULTS.flatMap((fault) => faultOf(view, fault));

function faultOf(view: View, { cause, count, metric, says }: TelemetryFault) {
  const more = grown(view, count);
  const sentence = says(counted(more, THINGS[cause] ?? 'measurement'));
  return when(more > 0, () =>
    ofMachine(cause, 'warning', sentence, [`${metric} ${count(view.now)} (+${more})`]),
  );
}

export const telemetryState: Rule = ({ now }) => {
  const { configOk, pageBytes } = now.telemetry;
  const refused =
    'The telemetry configuration was refused and safe defaults run; the log names file and key.';
  const large = `The metrics page is ${whole(pageBytes / 2 ** 20)} MiB: Fly's scraper takes up to 16.`;
  return [
    ...when(!configOk, () =>
      ofMachine('telemetry_config_refused', 'warning', refused, ['telemetry_config_ok 0']),
    ),
    ...when(pageBytes >= T.pageBytes, () =>
      ofMachine('page_near_limit', 'warning', large, [`metrics_page_bytes ${pageBytes}`]),
    ),
  ];
};
