import { describe, expect, it } from '@jest/globals';
import { History } from '../../../status/samples/history';
import { history, reading, START_MS } from '../diagnosis/synthetic-page';

const MINUTE = 60;

describe('a history', () => {
  it('knows a restart by the time of the start, and compares nothing across it', () => {
    const later = START_MS + 600_000;
    const kept = history({ at: 500 }, { at: 505 }, { at: 5, startMs: later }, { at: 10, startMs: later });
    expect(kept.restarts).toEqual([later + 5000]);
    expect(kept.ofThisProcess().map(({ atMs }) => atMs)).toEqual([later + 5000, later + 10_000]);
    expect(kept.before(3_600_000)?.atMs).toBe(later + 5000);
    expect(kept.readings).toHaveLength(4);
  });

  it('knows it by counters that fell, where the page has no start', () => {
    const at = (seconds: number, written: number) => ({
      ...reading({
        at: seconds,
        more: {
          sync_batch_writes_total: written,
          'binance_ws_messages_total{type="kline"}': 0,
          'binance_ws_messages_total{type="ticker"}': 0,
        },
      }),
      startedMs: null,
    });
    const kept = new History();
    for (const one of [at(10, 7), at(15, 8), at(20, 2)]) kept.add(one);
    expect(kept.restarts).toHaveLength(1);
  });

  it('takes a start that wavers for the same process', () => {
    const kept = history({ at: 500 }, { at: 505, startMs: START_MS + 150 });
    expect(kept.restarts).toEqual([]);
  });

  it('knows a restart of a process that lived for a second', () => {
    const kept = history({ at: 1 }, { at: 1, startMs: START_MS + 1100 });
    expect(kept.restarts).toHaveLength(1);
  });

  it('leaves out what comes twice or out of order', () => {
    expect(history({ at: 10 }, { at: 10 }, { at: 5 }, { at: 15 }).readings).toHaveLength(2);
  });

  it('is fine where it is young, coarse where it is old, and ends after an hour', () => {
    const pages = Array.from({ length: 1000 }, (_, index) => ({ at: index * 5 }));
    const { readings } = history(...pages);
    const nowMs = START_MS + 999 * 5000;
    const ages = readings.map(({ atMs }) => (nowMs - atMs) / 1000);
    expect(Math.max(...ages)).toBeLessThanOrEqual(60 * MINUTE);
    expect(ages.filter((age) => age <= 5 * MINUTE)).toHaveLength(61);
    expect(ages.filter((age) => age > 6 * MINUTE).length).toBeLessThanOrEqual(56);
    expect(ages.filter((age) => age > 6 * MINUTE).length).toBeGreaterThan(48);
  });

  it('is bounded by its traders, however many a machine has', () => {
    const traders = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`t${index}`, {}]));
    const kept = new History({ maxTraderReadings: 500 });
    for (let index = 0; index < 40; index++) kept.add(reading({ at: index * 5, traders }));
    expect(kept.readings).toHaveLength(10);
    expect(kept.latest?.atMs).toBe(START_MS + 39 * 5000);
  });
});
