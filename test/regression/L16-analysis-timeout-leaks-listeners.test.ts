import { getEventListeners } from 'node:events';
import { expect, it } from '@jest/globals';
import { AnalysisJob } from '../../src/signals/analysis-job';
import { aSignal } from '../support/signal-fixtures';

it('L16: an analysis that times out leaves no listener and no timer behind', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
  const before = timers();
  const analyser = { modelName: 'silent', analyse: () => new Promise<never>(() => {}) };
  const options = { tries: 3, tryTimeoutMs: 5, retryDelayMs: 1 };
  const job = new AnalysisJob(analyser, { insert: async () => {} }, options);
  const abandon = new AbortController();
  const failures = await Promise.all(
    Array.from({ length: 8 }, () => job.run(aSignal(), abandon.signal).catch((error) => error.failure)),
  );
  expect(new Set(failures)).toEqual(new Set(['timeout']));
  expect(getEventListeners(abandon.signal, 'abort')).toHaveLength(0);
  expect(timers()).toBeLessThanOrEqual(before);
});
