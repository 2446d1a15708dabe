import type { FreshnessView, QueuesView, SocketView, StatusView } from '../worker/state';
import { byId, facts, setAttribute, setText } from './dom.js';
import { age, count, duration, milliseconds, plural } from './format.js';

type Show = (view: StatusView, nowMs: number) => void;

/** The small panels: each shows a few figures of the moment. */
export function createPanels(): Show {
  const panels = [createMachine(), createSocket(), createFreshness(), createQueues(), createExecution()];
  return (view, nowMs) => {
    for (const show of panels) show(view, nowMs);
  };
}

function createMachine(): Show {
  const line = byId('machine');
  return ({ machine: { version, gitSha, startedMs } }, nowMs) => {
    const build = [version && `version ${version}`, gitSha && gitSha !== 'unknown' && gitSha.slice(0, 12)];
    const up = startedMs !== null && `up ${duration((nowMs - startedMs) / 1000)}`;
    setText(line, [...build, up].filter(Boolean).join(' · '));
  };
}

function createSocket(): Show {
  const state = byId('socket-state');
  const show = facts(byId('socket-facts'));
  return ({ socket }, nowMs) => {
    const { connected, sinceMs, atLeast } = socket;
    setText(state, connected === null ? 'Unknown' : connected ? 'Connected' : 'Disconnected');
    setAttribute(state, 'data-severity', connected ? 'well' : 'critical');
    const since = `${atLeast ? 'at least ' : ''}${duration((nowMs - sinceMs) / 1000)}`;
    show([[connected ? 'Uptime' : 'Down for', since], ...connectionFacts(socket)]);
  };
}

function connectionFacts({ connections, reconnectsLastHour }: SocketView): [string, string][] {
  const { open = 0, connecting = 0, backoff = 0 } = connections;
  const waiting = connecting + backoff;
  const state = waiting > 0 ? `${count(open)} open, ${count(waiting)} reconnecting` : `${count(open)} open`;
  return [
    ['Connections', state],
    ['Reconnects, last hour', count(reconnectsLastHour)],
  ];
}

function createFreshness(): Show {
  const symbols = facts(byId('kline-symbols'));
  const intervals = facts(byId('kline-intervals'));
  return ({ freshness }) => {
    symbols(freshness.keySymbols.map(({ symbol, ageSeconds }) => [symbol, age(ageSeconds)]));
    intervals([...intervalFacts(freshness), ['Symbols', universe(freshness)]]);
  };
}

function intervalFacts({ intervals }: FreshnessView): [string, string][] {
  return intervals.map(({ interval, series, medianSeconds, stale, stalest }) => {
    const oldest = `oldest ${stalest.symbol} ${age(stalest.ageSeconds)}`;
    const staleness = stale > 0 ? `, ${count(stale)} of ${count(series)} stale` : '';
    return [interval, `median ${age(medianSeconds)}, ${oldest}${staleness}`];
  });
}

function universe({ symbols: { wanted = 0, subscribed = 0, delivering = 0 } }: FreshnessView): string {
  if (wanted === subscribed && wanted === delivering) return `all ${count(wanted)} delivering`;
  return `${count(delivering)} delivering, ${count(subscribed)} subscribed, ${count(wanted)} wanted`;
}

function createQueues(): Show {
  const figures = facts(byId('queues-figures'));
  const others = facts(byId('queues-facts'));
  return ({ queues }) => {
    figures([
      ['Signals', count(queues.signals)],
      ['Analysis', count(queues.analysis)],
    ]);
    others(otherQueues(queues));
  };
}

function otherQueues(queues: QueuesView): [string, string][] {
  return [
    ['Filters waiting for a worker', count(queues.screening)],
    ['History waiting for the database', count(queues.executions + queues.events)],
    ['Signals dropped since the start', count(queues.dropped)],
    ['Analyses failed since the start', count(queues.analysesFailed)],
  ];
}

function createExecution(): Show {
  const span = byId('execution-span');
  const figures = facts(byId('execution-figures'));
  return ({ execution: { windowSeconds, count: executions, averageMs, p95Ms } }) => {
    setText(span, `${plural(executions, 'execution')} in the last ${duration(windowSeconds)}`);
    figures([
      ['Avg', milliseconds(averageMs)],
      ['P95', milliseconds(p95Ms)],
    ]);
  };
}
