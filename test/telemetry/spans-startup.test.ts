import { describe, expect, it, jest } from '@jest/globals';
import { StartupSpans } from '../../src/telemetry/spans-startup';
import { untilItWorks } from '../../src/until-it-works';
import { recordedSpans, tracedLog } from '../support/span-recorder';
import { drawTrace } from '../support/trace-tree';

const recorded = recordedSpans();
const startup = () => new StartupSpans(recorded.spans, () => 'network');

describe('machine.startup', () => {
  it('has a part for each step; one that had to be tried again tells of each failure', async () => {
    const steps = startup();
    const { log, lines } = tracedLog();
    let failures = 2;
    const connect = async () => {
      if (failures-- > 0) throw new Error('connect ECONNREFUSED postgres://u:s3cret@db/x');
    };
    jest.useFakeTimers({ doNotFake: ['performance', 'Date'] });
    try {
      const started = steps.whole('m1', async () => {
        await steps.step('health', async () => {});
        await steps.step('database', (failed) =>
          untilItWorks(connect, 'The database is not ready', () => false, log, failed),
        );
        return { traders: 3 };
      });
      await jest.advanceTimersByTimeAsync(10_000);
      await started;
    } finally {
      jest.useRealTimers();
    }
    expect(drawTrace(recorded.all())).toBe(
      'machine.startup\n  machine.startup.health\n  machine.startup.database',
    );
    expect(recorded.one('machine.startup').attributes).toEqual({ 'machine.id': 'm1', 'startup.traders': 3 });
    const database = recorded.one('machine.startup.database');
    expect(database.attributes).toEqual({ 'startup.tries': 3 });
    expect(database.status.code).toBe(0);
    const message = 'connect ECONNREFUSED postgres://db/x';
    expect(database.events).toMatchObject([
      { 'exception.message': message },
      { 'exception.message': message },
    ]);
    expect(lines.map(({ span }) => span)).toEqual([database.spanId, database.spanId]);
  });

  it('that is broken off ends with the step that broke it', async () => {
    const steps = startup();
    const started = steps.whole('m1', async () => {
      await steps.step('market', async () => {
        throw new Error('the market feed was stopped');
      });
      return { traders: 0 };
    });
    await expect(started).rejects.toThrow('was stopped');
    for (const name of ['machine.startup', 'machine.startup.market'])
      expect(recorded.one(name)).toMatchObject({
        status: { code: 2 },
        attributes: { 'error.type': 'network' },
      });
  });
});
