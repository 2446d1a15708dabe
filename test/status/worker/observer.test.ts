import { describe, expect, it } from '@jest/globals';
import { Observer } from '../../../status/worker/observer';
import type { StatusView } from '../../../status/worker/state';
import { type PretendedTrader, pretendedPage } from '../page/pretended-metrics';

const MINUTE_MS = 60_000;
const rsi = (signals: number): PretendedTrader => ({
  id: 'rsi',
  name: 'RSI',
  newMatches: 1,
  continuing: 2,
  signals,
});

/** Follows a machine that began half an hour ago by the pages it is given. */
function follow() {
  let nowMs = Date.now();
  const observer = new Observer('e', () => nowMs);
  return {
    observer,
    later(ms: number) {
      nowMs += ms;
    },
    read(signals: number, screenings: number): StatusView {
      const { view } = observer.read(pretendedPage({ traders: [rsi(signals)], screenings, nowMs })).state;
      if (!view) throw new Error('There is no view');
      return view;
    },
  };
}

describe('Observer', () => {
  it('counts signals from the start of a young process, whenever it was first looked at', () => {
    const { signals, traders } = follow().read(7, 10);
    expect(signals.total).toBe(7);
    expect(traders[0]?.signalsLastHour).toBe(7);
  });

  it('counts the signals of the last hour of an older one', () => {
    const machine = follow();
    machine.read(7, 10);
    machine.later(40 * MINUTE_MS);
    machine.read(9, 50);
    machine.later(40 * MINUTE_MS);
    expect(machine.read(15, 90).signals.total).toBe(6);
  });

  it('gives the execution times of the last five minutes', () => {
    const machine = follow();
    machine.read(0, 10);
    machine.later(2 * MINUTE_MS);
    const { execution } = machine.read(0, 12);
    expect(execution).toMatchObject({ count: 2, windowSeconds: 120, averageMs: 4 });
    // All measurements lie between the bounds 1 ms and 10 ms.
    expect(execution.p95Ms).toBeCloseTo(1 + 0.95 * 9, 5);
  });

  it('draws what matched, look by look', () => {
    const machine = follow();
    machine.read(0, 10);
    machine.later(MINUTE_MS);
    const { history } = machine.read(0, 11);
    expect(history).toMatchObject({ newMatches: [1, 1], continuing: [2, 2] });
  });

  it('tells the uptime of a connection that never broke from the start of the process', () => {
    const { socket, atMs } = follow().read(0, 10);
    expect(socket).toMatchObject({ connected: true, atLeast: false });
    expect((atMs - socket.sinceMs) / MINUTE_MS).toBeCloseTo(30, 0);
  });

  it('tells since when the connection is down', () => {
    const machine = follow();
    machine.read(0, 10);
    machine.later(MINUTE_MS);
    const { state } = machine.observer.read(
      pretendedPage({ traders: [rsi(0)], screenings: 11, connected: false }),
    );
    expect(state.view?.socket).toEqual({
      connected: false,
      sinceMs: state.view?.atMs,
      atLeast: false,
      connections: { open: 0, backoff: 0 },
      reconnectsLastHour: 0,
    });
  });

  it('keeps what it saw while the metrics cannot be read, and says why there is nothing newer', () => {
    const machine = follow();
    const before = machine.read(7, 10);
    machine.later(MINUTE_MS);
    const { state, sentences } = machine.observer.miss('Nothing listens.');
    expect(state).toMatchObject({ problem: 'Nothing listens.', view: before });
    expect(state.nowMs - (state.view?.atMs ?? 0)).toBe(MINUTE_MS);
    expect(sentences[0]).toBe('Nothing listens.');
    expect(sentences[1]).toBe(before.headline);
  });

  it('does not take another program for a machine', () => {
    const { state } = follow().observer.read('go_goroutines 12\n');
    expect(state).toMatchObject({ view: null, problem: expect.stringMatching(/not of a trader machine/) });
  });

  it('gives each state an id of its own', () => {
    const { observer } = follow();
    expect(observer.miss('a').state.id).not.toBe(observer.miss('a').state.id);
  });

  it('lists no more sentences than a person reads', () => {
    const traders = Array.from({ length: 60 }, (_, index) => ({
      id: `t${index}`,
      name: `T${index}`,
      errorType: 'timeout',
    }));
    const observer = new Observer('e', Date.now);
    const { sentences } = observer.read(pretendedPage({ traders, screenings: 30 }));
    expect(sentences.length).toBeLessThanOrEqual(22);
    expect(sentences.length).toBeGreaterThan(0);
  });
});
