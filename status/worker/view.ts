import type { Diagnosis, TraderFunnel } from '../diagnosis/finding';
import type { History } from '../samples/history';
import type { IntervalReading, Reading, SignalsReading, WorkersReading } from '../samples/reading';
import { executionOf, executionsOf, HOUR_MS, type Span, signalsOf, spanOf, startOf } from './recent';
import { SocketUptime, type Uptime } from './socket-uptime';
import type { IntervalView, QueuesView, SocketView, StatusView, TraderView } from './state';
import { pointOf, Timeline } from './timeline';

/** Readings and diagnosis → what the page shows. */
export class Viewer {
  private readonly uptime = new SocketUptime();
  private readonly timeline = new Timeline();

  view(history: History, now: Reading, diagnosis: Diagnosis): StatusView {
    const lastHour = spanOf(history, now, HOUR_MS);
    const execution = executionsOf(history, now);
    this.timeline.add(pointOf(now.atMs, now.traders.values(), execution));
    const traders = diagnosis.traders.map((funnel) => traderView(funnel, now, lastHour));
    return {
      atMs: now.atMs,
      machine: { version: now.version, gitSha: now.gitSha, startedMs: startOf(now) },
      healthy: diagnosis.healthy,
      headline: diagnosis.headline,
      findings: diagnosis.findings,
      socket: socketView(now, lastHour, this.uptime.follow(now)),
      freshness: {
        keySymbols: now.feed.keySymbols,
        intervals: now.feed.intervals.map(intervalView),
        symbols: now.feed.symbols,
      },
      signals: {
        sinceMs: lastHour.fromMs,
        total: traders.reduce((sum, { signalsLastHour }) => sum + signalsLastHour, 0),
      },
      queues: queuesView(now.signals, now.workers),
      execution,
      history: this.timeline.view(),
      traders,
    };
  }
}

function socketView({ feed }: Reading, { before }: Span, uptime: Uptime): SocketView {
  return {
    connected: feed.connected,
    ...uptime,
    connections: feed.connections,
    reconnectsLastHour: Math.max(0, feed.reconnects - (before?.feed.reconnects ?? 0)),
  };
}

function intervalView({ interval, series, medianSeconds, stale, stalest }: IntervalReading): IntervalView {
  return { interval, series, medianSeconds, stale, stalest };
}

function queuesView(signals: SignalsReading, workers: WorkersReading): QueuesView {
  const { queues, pendingAnalysis, dropped, analysisFailed } = signals;
  return {
    signals: queues.signals ?? 0,
    analysis: pendingAnalysis,
    screening: workers.queued,
    executions: queues.metrics ?? 0,
    events: queues.events ?? 0,
    dropped: Object.values(dropped).reduce((sum, count) => sum + count, 0),
    analysesFailed: analysisFailed,
  };
}

function traderView(funnel: TraderFunnel, now: Reading, lastHour: Span): TraderView {
  const reading = now.traders.get(funnel.id);
  const nothing = { windowSeconds: 0, count: 0, averageMs: null, p95Ms: null };
  const { lastExecutionSeconds: last } = funnel;
  return {
    ...funnel,
    signalsLastHour: reading ? signalsOf(reading, lastHour) : 0,
    execution: reading ? executionOf(reading, lastHour, now) : nothing,
    lastExecutionMs: last === null ? null : last * 1000 + (now.atMs - now.machineMs),
  };
}
