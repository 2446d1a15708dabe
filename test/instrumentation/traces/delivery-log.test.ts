import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

const lines: string[] = [];
let clock = 0;

jest.mock('node:fs', () => ({
  ...jest.requireActual<typeof import('node:fs')>('node:fs'),
  writeSync: (_: number, text: string) => lines.push(text.trim()),
}));

beforeEach(() => {
  jest.resetModules();
  jest.spyOn(performance, 'now').mockImplementation(() => clock);
});

afterEach(() => {
  jest.restoreAllMocks();
  lines.length = 0;
  clock = 0;
});

function logOf(endpoint = 'http://user:top-secret@collector:4318/v1/traces?token=top-secret') {
  const { DeliveryLog } =
    require('../../../instrumentation/traces/delivery-log') as typeof import('../../../instrumentation/traces/delivery-log');
  return new DeliveryLog(endpoint);
}

describe('what an operator reads of a collector', () => {
  it('that is down for an hour: where, why and how many so far, once a minute, and once when it is back', () => {
    const log = logOf();
    for (let second = 0; second < 3_600; second++) {
      clock = second * 1_000;
      log.lost(500, 'no connection (ECONNREFUSED)');
    }
    clock += 1_000;
    log.delivered(10, 0);
    expect(lines.length).toBe(61);
    expect(lines[0]).toBe(
      '[telemetry] spans do not reach http://collector:4318/v1/traces: no connection (ECONNREFUSED); 500 lost, the trader is not affected',
    );
    expect(lines[1]).toContain('30500 lost in 60 s');
    expect(lines.at(-1)).toContain('again after 3600 s, in which 1800000 were lost');
    expect(lines.join()).not.toContain('top-secret');
  });

  it('that flaps: at most ten lines a minute of each cause', () => {
    const log = logOf();
    for (let turn = 0; turn < 120; turn++) {
      clock = turn * 500;
      if (turn % 2 === 0) log.lost(5, 'it answered 503 Service Unavailable');
      else log.delivered(5, 0);
    }
    const causes = ['do not reach', 'again'].map(
      (cause) => lines.filter((line) => line.includes(cause)).length,
    );
    expect(causes.every((count) => count > 0 && count <= 10)).toBe(true);
  });

  it('that keeps a part, and of a queue that is full', () => {
    const log = logOf();
    for (let second = 0; second < 30; second++) {
      clock = second * 1_000;
      log.delivered(100, 40);
      log.queueFull(second);
    }
    expect(lines).toEqual([
      expect.stringContaining('took 100 spans and did not keep 40 of them'),
      expect.stringContaining('0 lost at a full queue so far'),
    ]);
  });
});
